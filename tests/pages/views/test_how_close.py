"""How close the answers are: said in words, never as a number, with a line where they end."""

from __future__ import annotations

from typing import Any

from django.test import Client

from search.models import EmbeddingSpace
from tests.pages.views.conftest import Ask, Shop, fill, photo
from tests.pages.views.reading import Reading

KINDS = {"card", "grid-line"}


def test_the_same_item_is_named_and_stands_alone_above_the_line(
    client: Client, shop: Shop, ask: Ask
) -> None:
    page = Reading(client.get(ask(image=photo(1))))

    assert page.heading == "Found it"
    assert page.one("p", css="pinned-count").text == "1 close match out of 3"
    assert page.texts("span", css="band") == ["Same item"]
    kinds = [each.attributes.get("class", "") for each in page.all("li")]
    assert [each for each in kinds if each.split(" ")[0] in KINDS] == [
        "card card-lead",
        "grid-line",
        "card",
        "card",
    ]


def test_close_ones_among_the_nearest_where_there_are_more(
    client: Client, shop: Shop, ask: Ask, settings: Any
) -> None:
    settings.CANDIDATES = 2

    page = Reading(client.get(ask(image=photo(1))))

    assert page.one("p", css="pinned-count").text == "1 close match among the nearest 2"


def test_in_another_order_there_is_no_line(client: Client, shop: Shop, ask: Ask) -> None:
    page = Reading(client.get(f"{ask(image=photo(1))}?sort=price"))

    assert page.all("li", css="grid-line") == []
    assert page.all("li", css="card-lead") == []


def test_where_nothing_is_close_it_says_so_and_what_helps(
    client: Client, shop: Shop, ask: Ask
) -> None:
    address = ask(image=photo(1))
    EmbeddingSpace.objects.update(card={"bands": {"same": -1.0}})

    page = Reading(client.get(address))

    assert page.heading == "Nothing very close"
    assert page.all("span", css="band") == []
    assert page.one("h2", id="next-title").text == "Nothing in the shop comes very close"
    assert page.one("input", id="next-words")["name"] == "q"
    assert page.one("section", css="next").text.endswith(
        "Or look through the nearest sections ShoesClothes"
    )


def test_under_filters_it_does_not_speak_of_the_whole_shop(
    client: Client, shop: Shop, ask: Ask
) -> None:
    address = ask(image=photo(1))
    EmbeddingSpace.objects.update(card={"bands": {"same": -1.0}})

    page = Reading(client.get(f"{address}?in_stock=1"))

    title = page.one("h2", id="next-title").text
    assert title == "Nothing that passes these filters comes very close"


def test_words_alone_claim_no_likeness(client: Client, shop: Shop, ask: Ask) -> None:
    page = Reading(client.get(ask(q="crimson")))

    assert page.heading == "What we found"
    assert page.all("span", css="band") == []


def test_no_likeness_is_given_as_a_number(client: Client, shop: Shop, ask: Ask) -> None:
    html = client.get(ask(image=photo(1))).content.decode()

    grid = html.partition("data-grid")[2].partition("data-pager")[0].partition("</ul>")[0]
    assert "Red shoe" in grid
    assert "%" not in grid
    assert "distance" not in html
    assert 'similarity"' not in html.replace('value="similarity"', "")


def test_a_search_that_stopped_counting_says_so(
    client: Client, shop: Shop, ask: Ask, settings: Any
) -> None:
    settings.CANDIDATES = 26
    fill(30)

    page = Reading(client.get(ask(image=photo(1))))

    assert page.one("p", css="pager-reach").text == "24 of the nearest 26"
