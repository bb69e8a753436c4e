"""Which language a visitor is shown, and how another one is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading

pytestmark = pytest.mark.django_db


def language_of(response: Any) -> str:
    return Reading(response).one("html")["lang"]


def choose(client: Client, page: Reading, code: str) -> Any:
    """Presses the button of the language in the footer, as a browser without scripts does."""
    form = page.one("form", css="languages")
    [next_page] = [
        each["value"] for each in page.all("input", type="hidden") if each["name"] == "next"
    ]
    assert page.one("button", css="language", value=code)["name"] == "language"
    return client.post(form["action"], {"next": next_page, "language": code})


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-SG", "zh-hans"),
        # Nothing is written in traditional characters: these readers read simplified ones too.
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-HK", "zh-hans"),
        ("zh-Hant", "zh-hans"),
        ("en-GB", "en"),
        ("en,zh-CN;q=0.5", "en"),
        ("fr-FR,fr;q=0.9", "en"),
        ("xx", "en"),
        ("", "en"),
        ("*", "en"),
        ("zh-hans-" + "x" * 600, "en"),
    ],
)
def test_the_browser_says_which_language_is_read(client: Client, accepted: str, language: str):
    assert language_of(client.get("/", headers={"accept-language": accepted})) == language


def test_a_refusal_speaks_to_who_is_refused_and_not_to_whoever_came_before(client: Client):
    strange = "multipart/form-data; boundary=b; charset=unicode_escape"

    for accepted, language in [("zh", "zh-hans"), ("en", "en")]:
        before = "en" if accepted == "zh" else "zh"
        client.get("/", headers={"accept-language": before})
        headers = {"accept-language": accepted}
        refused = client.post("/search/", b"", content_type=strange, headers=headers)

        assert refused.status_code == 400
        assert language_of(refused) == language


def test_a_shop_may_speak_chinese_to_whoever_asks_for_neither(client: Client, settings: Any):
    settings.LANGUAGE_CODE = "zh-hans"

    assert language_of(client.get("/", headers={"accept-language": "fr"})) == "zh-hans"
    assert language_of(client.get("/", headers={"accept-language": "en"})) == "en"


@pytest.mark.parametrize(("accepted", "current"), [("en", ["true", None]), ("zh", [None, "true"])])
def test_each_language_goes_by_its_own_name(client: Client, accepted: str, current: list[Any]):
    page = Reading(client.get("/", headers={"accept-language": accepted}))

    buttons = page.all("button", css="language")
    own_names = [("en", "English"), ("zh-hans", "简体中文")]
    assert [(each["lang"], each.text) for each in buttons] == own_names
    assert [each.attributes.get("aria-current") for each in buttons] == current


def test_the_switch_comes_back_to_the_very_page_and_is_remembered(
    client: Client, shop: Shop, ask: Ask
):
    address = ask(image=photo(1)) + "?facet_tags=colour%3Ared&price_max=20&q=red+%26+%E7%BA%A2"

    response = choose(client, Reading(client.get(address)), "zh-hans")

    assert (response.status_code, response["Location"]) == (302, address)
    cookie = client.cookies["django_language"]
    assert cookie.value == "zh-hans"
    page = Reading(client.get(address))
    assert page.one("html")["lang"] == "zh-hans"
    assert page.one("button", css="language", value="zh-hans")["aria-current"] == "true"
    choose(client, page, "en")
    assert language_of(client.get(address, headers={"accept-language": "zh"})) == "en"


@pytest.mark.parametrize("address", ["/nothing/", "/p/nothing/"])
def test_the_switch_is_on_pages_that_are_not_there_too(client: Client, address: str):
    page = Reading(client.get(address))

    assert choose(client, page, "zh-hans")["Location"] == address


def test_the_switch_on_the_answer_to_a_form_leads_to_a_page_that_can_be_loaded(client: Client):
    page = Reading(client.post("/search/"))

    assert choose(client, page, "zh-hans")["Location"] == "/"


@pytest.mark.parametrize("next_page", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_switch_leads_nowhere_else(client: Client, next_page: str):
    response = client.post("/i18n/setlang/", {"next": next_page, "language": "zh-hans"})

    assert response["Location"] == "/"


@pytest.mark.parametrize("code", ["fr", "xx", "zh-hans; secure", "../en", ""])
def test_a_language_that_is_not_spoken_changes_nothing_that_is_read(client: Client, code: str):
    client.post("/i18n/setlang/", {"next": "/", "language": code})

    assert language_of(client.get("/")) == "en"


@pytest.mark.parametrize("address", ["/", "/c/clothes/", "/p/red-shoe/", "/p/nothing/", "results"])
def test_no_cache_shows_one_visitors_language_to_another(
    client: Client, shop: Shop, ask: Ask, address: str
):
    response = client.get(ask(image=photo(1)) if address == "results" else address)

    varies = {each.strip() for each in response["Vary"].split(",")}
    assert {"Accept-Language", "Cookie"} <= varies
    assert response["Content-Language"] == "en"


def test_scripts_and_styles_are_the_same_in_every_language(client: Client, settings: Any):
    settings.WHITENOISE_USE_FINDERS = True
    for address in ("/static/js/shop.js", "/static/css/shop.css"):
        response = client.get(address, headers={"accept-language": "zh"})
        assert response.status_code == 200
        assert "Accept-Language" not in response.headers.get("Vary", "")
