"""What people type into the catalogue or the search is text on every page, never markup."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from search import services
from tests.factories import add_photo, make_category, make_product
from tests.pages.views.conftest import Ask, photo
from tests.pages.views.reading import Element, Reading

pytestmark = pytest.mark.django_db

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(autouse=True)
def hostile_shop(db: None) -> None:
    """A catalogue whose every text is an attack: two products, each like the other."""
    services.ensure_space()
    category = make_category(f"Lamps {EVIL}", slug="lamps")
    make_category(f"Lower {EVIL}", parent=category, slug="lower")
    for number in (1, 2):
        product = make_product(
            sku=f"{number}\"'><script>",
            title=f"Lamp {number} {EVIL}",
            slug=f"lamp-{number}",
            description=f"Bright {EVIL}",
            category=category,
            tags=(f"{EVIL[:50]}:{EVIL}",),
        )
        add_photo(product, seed=number, alt=f"Seen from {EVIL}" if number == 1 else "")
    services.embed_pending()


def assert_harmless(response: object) -> Reading:
    page = Reading(response)
    assert [each["src"] for each in page.all("script")] == ["/static/js/shop.js"]
    assert [each for each in page.all("img") if each.attributes.get("src") == "x"] == []
    assert [name for each in page.elements for name in each.attributes if name[:2] == "on"] == []
    return page


@pytest.mark.parametrize("address", ["/", "/p/lamp-1/", "/c/lamps/", "/c/lower/"])
def test_the_catalogues_texts(client: Client, address: str):
    page = assert_harmless(client.get(address))

    assert EVIL in page.one("nav", css="sections").text


def test_every_text_of_a_product_stands_as_it_was_written(client: Client):
    page = assert_harmless(client.get("/p/lamp-1/"))

    assert page.heading == f"Lamp 1 {EVIL}"
    assert page.one("div", css="product-text").text == f"Bright {EVIL}"
    assert page.texts("dd")[0].lower() == EVIL.lower()
    assert page.all("img")[0]["alt"] == f"Seen from {EVIL}"
    assert page.one("meta", name="description")["content"].startswith("Bright \"'><script>")
    assert page.titles == [f"Lamp 2 {EVIL}"]


def test_the_texts_among_the_results(client: Client, ask: Ask):
    query = f"?category=lamps&tags={quote(f'{EVIL[:50]}:{EVIL}')}&q={quote(EVIL)}"

    page = assert_harmless(client.get(ask(image=photo(1)) + query))

    assert sorted(page.titles) == [f"Lamp 1 {EVIL}", f"Lamp 2 {EVIL}"]
    assert page.one("input", id="filter-words")["value"] == EVIL
    assert f"Remove filter: “{EVIL}”" in page.texts("a", css="chip")
    assert f"Remove filter: Lamps {EVIL}" in page.texts("a", css="chip")


def test_words_that_were_asked(client: Client, ask: Ask):
    page = assert_harmless(client.get(ask(q=EVIL)))

    assert page.one("p", css="pinned-label").text == f"You searched for “{EVIL}”"


def test_a_product_that_was_asked(client: Client, ask: Ask):
    page = assert_harmless(client.get(ask(product="1\"'><script>")))

    assert page.one("p", css="pinned-label").text == f"Looks like Lamp 1 {EVIL}"


@pytest.mark.parametrize("name", ["tags", "any_tags", "not_tags", "category"])
def test_names_that_are_not_there(client: Client, ask: Ask, name: str):
    page = assert_harmless(client.get(f"{ask(image=photo(1))}?{name}={quote(EVIL)}"))

    assert page.one("p", css="notice").text.startswith(f"There is no “{EVIL}” here.")


@pytest.mark.parametrize("name", ["price_min", "price_max", "sort", "page", "sample", "in_stock"])
def test_values_that_make_no_sense(client: Client, ask: Ask, name: str):
    response = client.get(f"{ask(image=photo(1))}?{name}={quote(EVIL)}")

    assert_harmless(response)


def test_words_that_come_back_with_an_error(client: Client):
    page = assert_harmless(client.post("/search/", {"q": EVIL, "sample": EVIL}))

    words: Element = page.one("input", id="photo-words")
    assert words["value"] == EVIL


@pytest.mark.parametrize(
    "address", ["/p/%3Cscript%3E/", "/%22%3E%3Cscript%3Ealert(1)%3C/script%3E"]
)
def test_an_address_that_is_not_there(client: Client, address: str):
    response = client.get(address)

    assert response.status_code == 404
    assert_harmless(response)
