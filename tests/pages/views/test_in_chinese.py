"""A shopper who reads Chinese meets no English, in no state of any page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.views import defaults

from catalog.models import Category, Product, ProductImage, Tag
from search.models import EmbeddingSpace, PhotoQuery
from tests.english import english_in, foreign
from tests.factories import add_photo, make_product
from tests.pages.views.conftest import photo, upload
from tests.pages.views.reading import Reading
from tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db

CHINESE = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}
JSON = {**CHINESE, "accept": "application/json"}
# What the shop itself wrote in Latin letters.
OWN = frozenset({"RED", "BLUE", "CNY"})
EVERY_FILTER = (
    "?q=红&facet_tags=颜色:红&not_tags=特价&any_tags=颜色:蓝&price_min=1&price_max=99&in_stock=1"
    "&category=clothes&colours=red&colour=30&sort=price"
)
TITLES = {"RED-1": "红鞋", "RED-2": "绯红帽子", "BLUE-1": "蓝包"}


@pytest.fixture
def shop() -> Shop:
    """The small shop, its words in Chinese."""
    shop = open_shop()
    for sku, title in TITLES.items():
        Product.objects.filter(sku=sku).update(title=title, currency="CNY")
    ProductImage.objects.update(alt="正面")
    Category.objects.filter(pk=shop.clothes.pk).update(name="服装")
    Category.objects.filter(pk=shop.shoes.pk).update(name="鞋子")
    for name, label in {"red": "红", "blue": "蓝", "sale": "特价"}.items():
        Tag.objects.filter(value=name).update(value=label)
    Tag.objects.filter(facet="colour").update(facet="颜色")
    return shop


@pytest.fixture
def reader() -> Client:
    return Client(headers=CHINESE)


def assert_chinese(response: Any, status: int = 200) -> Reading:
    page = Reading(response)
    assert response.status_code == status
    assert page.one("html")["lang"] == "zh-hans"
    assert english_in(response, names=OWN) == []
    return page


def ask(reader: Client, **form: Any) -> str:
    address: str = reader.post("/search/", form)["Location"]
    return address


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/c/clothes/",
        "/c/clothes/?q=鞋&price_max=20&facet_tags=颜色:红&in_stock=1&sort=none&page=7",
        "/c/clothes/?facet_tags=颜色:蓝",
        "/c/clothes/?category=none&colour=20&price_min=x&price_max=x&tags=没有",
        "/p/red-shoe/",
    ],
)
def test_the_shop_itself(shop: Shop, reader: Client, address: str):
    assert_chinese(reader.get(address))


def test_an_empty_shop(reader: Client):
    assert_chinese(reader.get("/"))


def test_a_shop_whose_pictures_are_being_added(shop: Shop, reader: Client):
    add_photo(make_product(title="台灯"), seed=4)

    assert "75%" in assert_chinese(reader.get("/")).one("p", css="notice").text


def test_what_is_gone_or_never_was(shop: Shop, reader: Client):
    Product.objects.filter(sku="RED-1").update(status="archived")

    assert_chinese(reader.get("/p/red-shoe/"), 410)
    assert_chinese(reader.get("/p/nothing/"), 404)
    assert_chinese(reader.get(f"/search/{uuid.uuid4()}/"), 410)


@pytest.mark.parametrize(
    "query",
    [
        "",
        EVERY_FILTER,
        "?facet_tags=颜色:红&price_max=2",
        "?tags=没有&sort=none&page=9&price_min=x&colour=x&colours=没有&category=没有",
        "?missed=1",
    ],
)
def test_results_of_a_photo(shop: Shop, reader: Client, query: str):
    assert_chinese(reader.get(ask(reader, image=photo(1)) + query))


@pytest.mark.parametrize("band", ["same", "very_similar", "similar", "weak"])
def test_results_however_close(shop: Shop, reader: Client, band: str):
    edges = {} if band == "weak" else {band: 2.0}
    EmbeddingSpace.objects.update(bands={"edges": {"same": -1.0, **edges}})

    assert_chinese(reader.get(ask(reader, image=photo(1))))


@pytest.mark.parametrize("words", ["鞋", "没有这种东西"])
def test_results_of_words(shop: Shop, reader: Client, words: str):
    assert_chinese(reader.get(ask(reader, q=words)))


def test_results_of_a_product_and_the_way_there(shop: Shop, reader: Client):
    first = ask(reader, image=photo(1)).strip("/").split("/")[-1]
    similar = ask(reader, product="RED-2", **{"from": first})

    page = assert_chinese(reader.get(similar))

    assert [step.text for step in page.all("span", css="step-name")] == ["您的照片", "绯红帽子"]
    assert page.one("p", css="pinned-label").text == "与绯红帽子相似"


@pytest.mark.parametrize("mark", ["like", "dislike"])
def test_results_that_were_moved(shop: Shop, reader: Client, mark: str):
    address = ask(reader, image=photo(1))

    moved = reader.post(f"{address}feedback/", {mark: "RED-2"}, follow=True)

    told = {"like": "更像“绯红帽子”", "dislike": "少像“绯红帽子”"}
    assert assert_chinese(moved).one("p", css="pinned-moved").text == told[mark]


def test_a_link_to_pass_on_and_what_it_shows(shop: Shop, reader: Client):
    page = assert_chinese(reader.post(f"{ask(reader, image=photo(1))}share/"))

    assert_chinese(reader.get(page.one("input", id="share-link")["value"]))


def test_a_search_that_is_forgotten(shop: Shop, reader: Client):
    address = ask(reader, image=photo(1))

    page = assert_chinese(reader.post(f"{address}forget/", follow=True))

    assert page.one("p", css="notice-good").text == "已清除。您的搜索没有留下任何内容。"


REFUSED: dict[str, Callable[[], dict[str, Any]]] = {
    "nothing": dict,
    "no picture": lambda: {"image": upload(b"words")},
    "an empty file": lambda: {"image": upload(b"")},
    "a broken picture": lambda: {"image": upload(photo(1).read()[:700])},
    "two at once": lambda: {"image": [photo(1), photo(2)]},
    "a part outside": lambda: {"image": photo(1), "crop_x": "90", "crop_y": "0", "crop_w": "90"},
    "a part without its photo": lambda: {"crop_x": "1", "crop_y": "1", "crop_w": "9", "crop_h": 9},
    "no such product": lambda: {"product": "NONE"},
    "no such sample": lambda: {"sample": "none"},
    "too many words": lambda: {"q": "长" * 500},
}


@pytest.mark.parametrize("form", REFUSED.values(), ids=REFUSED)
def test_refused_questions_beside_the_form_and_for_our_script(
    shop: Shop, reader: Client, form: Callable[[], dict[str, Any]]
):
    refused, for_script = (
        reader.post("/search/", form()),
        reader.post("/search/", form(), headers=JSON),
    )

    sentence = assert_chinese(refused, refused.status_code).one("p", id="photo-error").text
    assert for_script.json()["error"]["message"] == sentence
    assert refused.status_code == for_script.status_code >= 400


def test_who_asks_too_often(shop: Shop, reader: Client, settings: Any):
    settings.PHOTO_SEARCHES_PER_MINUTE = 1
    settings.SECRET_KEY = str(uuid.uuid4()) * 2
    ask(reader, image=photo(1))

    page = assert_chinese(reader.post("/search/", {"image": photo(1)}), 429)

    assert page.one("p", id="photo-error").text == "照片搜索太频繁了。请60秒后再试。"


@pytest.mark.parametrize("door", ["share/", "feedback/"])
def test_searches_that_ended_are_refused_in_chinese(shop: Shop, reader: Client, door: str):
    address = ask(reader, image=photo(1))
    PhotoQuery.objects.update(expires_at=timezone.now())

    assert_chinese(reader.post(address + door, {"like": "RED-2"}), 410)
    if door == "share/":
        message = reader.post(address + door, headers=JSON).json()["error"]["message"]
        assert message == "这次搜索已过期。请重新选择照片。"


def test_a_form_without_its_token(shop: Shop):
    strict = Client(enforce_csrf_checks=True, headers=CHINESE)

    assert_chinese(strict.post("/search/", {"q": "鞋"}), 403)


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (defaults.bad_request, SuspiciousOperation()),
        (defaults.permission_denied, PermissionError()),
    ],
)
def test_pages_for_what_no_view_could_answer(view: Callable[..., Any], error: Exception):
    with translation.override("zh-hans"):
        response = view(RequestFactory().get("/"), error)

    assert_chinese(response, response.status_code)


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_pages_of_a_broken_shop(name: str):
    with translation.override("zh-hans"):
        response = defaults.server_error(RequestFactory().get("/"), template_name=name)

    assert_chinese(response, 500)


def test_english_is_found_where_it_is(client: Client, shop: Shop):
    phrases = english_in(client.get("/"), names=OWN)

    assert {"Skip to content", "Search by words", "Getting your photo ready"} <= set(phrases)
    assert foreign("请运行 `manage.py embed`，%(seconds)s秒，JPEG") == set()
