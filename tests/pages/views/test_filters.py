"""Filters by address: what they leave, the chips that take them off, the notices, the form."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("tags=colour:red", ["Crimson hat", "Red shoe"]),
        ("tags=colour:red&tags=sale", ["Red shoe"]),
        ("any_tags=colour:blue&any_tags=sale", ["Blue bag", "Red shoe"]),
        ("not_tags=colour:red", ["Blue bag"]),
        ("facet_tags=colour:red", ["Crimson hat", "Red shoe"]),
        ("facet_tags=colour:red&facet_tags=colour:blue", ["Blue bag", "Crimson hat", "Red shoe"]),
        ("facet_tags=colour:red&facet_tags=colour:blue&facet_tags=sale", ["Red shoe"]),
        ("facet_tags=colour:blue&tags=colour:red", []),
        ("category=clothes", ["Crimson hat", "Red shoe"]),
        ("category=shoes", ["Red shoe"]),
        ("price_min=20", ["Blue bag", "Crimson hat"]),
        ("price_max=10.50", ["Red shoe"]),
        ("price_min=11&price_max=29.99", ["Crimson hat"]),
        ("in_stock=1", ["Crimson hat", "Red shoe"]),
        ("q=bag", ["Blue bag", "Crimson hat", "Red shoe"]),
        ("tags=&category=&price_min=&price_max=&q=", ["Blue bag", "Crimson hat", "Red shoe"]),
    ],
)
def test_an_address_narrows_the_wall(
    client: Client, shop: Shop, ask: Ask, query: str, titles: list[str]
):
    page = Reading(client.get(f"{ask(image=photo(1))}?{query}"))

    assert sorted(page.titles) == titles


def test_every_chip_takes_its_own_filter_off_and_no_other(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    tags = "facet_tags=colour%3Ared&facet_tags=colour%3Ablue&tags=sale"
    asked = f"{tags}&category=clothes&price_min=1.50&price_max=99.50&in_stock=1"

    chips = Reading(client.get(f"{address}?q=shoe&{asked}")).all("a", css="chip")

    left = {
        chip.text.removeprefix("Remove filter: "): [
            other.text.removeprefix("Remove filter: ")
            for other in Reading(client.get(address + chip["href"])).all("a", css="chip")
        ]
        for chip in chips
    }
    clear = "Clear filters"
    names = ["Red", "Blue", "Sale", "Clothes", "from 1.50", "up to 99.50", "In stock", "“shoe”"]
    names.append(clear)
    assert list(left) == names
    assert left.pop(clear) == []
    assert left == {
        name: [other for other in names if other != name] for name in names if name != clear
    }


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("tags=colour:rad", "There is no “colour:rad” here. It is left out."),
        ("any_tags=rad", "There is no “rad” here. It is left out."),
        ("not_tags=' OR 1=1 --", "There is no “' OR 1=1 --” here. It is left out."),
        ("facet_tags=colour:rad", "There is no “colour:rad” here. It is left out."),
        ("category=nowhere", "There is no “nowhere” here. It is left out."),
        ("category=%25", "There is no “%” here. It is left out."),
        ("price_min=cheap", "The lowest price isn't a price we can use here. It is left out."),
        ("price_min=-1", "The lowest price isn't a price we can use here. It is left out."),
        ("price_max=1e300", "The highest price isn't a price we can use here. It is left out."),
        ("sort=xyz", "There is no such order. The closest come first."),
        ("page=abc", "There is no such page. This is the first one."),
        ("page=0", "There is no such page. This is the first one."),
        ("page=-1", "There is no such page. This is the first one."),
        ("page=999999999999", "There is no such page. This is the first one."),
        ("page=1000000000", "There is no such page. This is the first one."),
        ("page=9999999999999999999", "There is no such page. This is the first one."),
        ("tags=a%00b", "One filter made no sense and is left out: tags."),
        ("category=a&category=b", "One filter made no sense and is left out: category."),
    ],
)
def test_what_makes_no_sense_is_named_and_can_be_taken_off(
    client: Client, shop: Shop, ask: Ask, query: str, notice: str
):
    address = ask(image=photo(1))

    response = client.get(f"{address}?{query}&in_stock=1")

    page = Reading(response)
    assert response.status_code == 200
    assert sorted(page.titles) == ["Crimson hat", "Red shoe"]
    shown = page.one("p", css="notice")
    assert shown.text == f"{notice} Remove it from the address"
    [remove] = [link for link in page.all("a") if link.text == "Remove it from the address"]
    assert remove["href"] == "?in_stock=1"
    assert Reading(client.get(address + remove["href"])).all("p", css="notice") == []


@pytest.mark.parametrize("query", ["k=0", "k=1000000000", "k=abc", "nonsense=1", "%FF%FE=1"])
def test_a_parameter_that_nothing_reads_changes_nothing(
    client: Client, shop: Shop, ask: Ask, query: str
):
    page = Reading(client.get(f"{ask(image=photo(1))}?{query}"))

    assert len(page.titles) == 3
    assert page.all("p", css="notice") == []


def ticked(page: Reading) -> list[tuple[str, str]]:
    inputs = page.all("input")
    return [(each["name"], each["value"]) for each in inputs if "checked" in each.attributes]


def hidden(page: Reading) -> list[tuple[str, str]]:
    """What the filter form sends along unseen: the other forms' fields have other names."""
    inputs = page.all("input", type="hidden")
    pairs = [(each["name"], each["value"]) for each in inputs]
    others = {"csrfmiddlewaretoken", "from", "q", "state", "next", "keep_words"}
    return [pair for pair in pairs if pair[0] not in others]


def test_the_form_shows_what_is_set_and_how_many_there_are(client: Client, shop: Shop, ask: Ask):
    query = "facet_tags=colour:red&category=clothes&price_max=50.50&sort=price"
    address = f"{ask(image=photo(1))}?{query}"

    page = Reading(client.get(address))

    form = page.one("form", id="filters")
    assert (form["method"], form["action"]) == ("get", address.partition("?")[0])
    assert ticked(page) == [("category", "clothes"), ("facet_tags", "colour:red")]
    assert page.one("input", name="price_max")["value"] == "50.50"
    [order] = [each for each in page.all("option") if "selected" in each.attributes]
    assert order["value"] == "price"
    assert boxes(page) == [
        "All",
        "Clothes2",
        "Shoes1",
        "Sale1",
        "Red2",
        "In stock2",
    ]


def test_a_facet_counts_its_other_values_as_if_nothing_were_ticked_in_it(
    client: Client, shop: Shop, ask: Ask
):
    page = Reading(client.get(f"{ask(image=photo(1))}?facet_tags=colour:red"))

    assert ticked(page) == [("category", ""), ("facet_tags", "colour:red")]
    assert boxes(page) == [
        "All",
        "Clothes2",
        "Sale1",
        "Red2",
        "Blue1",
        "In stock2",
    ]


def test_a_tag_that_the_address_demands_can_be_unticked(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(f"{ask(image=photo(1))}?tags=colour:red&any_tags=sale"))

    assert ticked(page) == [("category", ""), ("any_tags", "sale"), ("tags", "colour:red")]
    assert hidden(page) == []


def test_what_no_box_stands_for_goes_along_unseen(client: Client, shop: Shop, ask: Ask):
    query = "tags=colour:red&facet_tags=colour:red&not_tags=colour:blue&sample=seven"

    page = Reading(client.get(f"{ask(image=photo(1))}?{query}"))

    assert ticked(page) == [("category", ""), ("tags", "colour:red")]
    assert hidden(page) == [
        ("not_tags", "colour:blue"),
        ("facet_tags", "colour:red"),
        ("sample", "seven"),
    ]


def test_a_category_stands_in_below_the_one_above_it(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(f"{ask(image=photo(1))}?category=shoes"))

    assert page.texts("label", css="tick")[:3] == ["All", "Clothes2", "Shoes1"]
    assert page.texts("label", css="tick-level-1") == ["Shoes1"]


def test_the_chosen_price_band_is_shown_among_the_others(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    bands = Reading(client.get(address)).all("a", css="tick")

    page = Reading(client.get(address + bands[0]["href"]))

    assert len(bands) > 1
    assert page.texts("span", css="tick", **{"aria-current": "true"}) == [bands[0].text]
    assert [each.text for each in page.all("a", css="tick")] == [each.text for each in bands[1:]]


def test_filters_that_nothing_passes_can_be_taken_off(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))

    page = Reading(client.get(f"{address}?category=shoes&price_min=9000"))

    assert page.heading == "Nothing here matches"
    assert page.texts("h2") == [
        "Filters",
        "Nothing passes all of these filters",
        "A link to pass on",
        "",
    ]
    clear = page.all("a", css="button-primary")[-1]
    assert clear.text == "Clear filters"
    assert len(Reading(client.get(address + clear["href"])).titles) == 3


def test_words_that_find_nothing_lead_to_a_new_search(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(ask(q="zzqqxx")))

    assert page.titles == []
    assert page.all("a", css="chip") == []
    assert "No piece in the shop goes by these words" in page.texts("h2")
    assert page.all("a", css="button-primary")[-1]["href"] == "/#photo"


def test_other_words_than_those_asked_can_be_taken_off_again(client: Client, shop: Shop, ask: Ask):
    address = ask(q="crimson")

    page = Reading(client.get(f"{address}?q=bag"))

    assert page.titles == ["Blue bag"]
    chip = page.all("a", css="chip")[0]
    assert chip.text == "Remove filter: “bag”"
    assert Reading(client.get(address + chip["href"])).titles == ["Crimson hat"]


@pytest.mark.parametrize("words", ["\"'; DROP TABLE x; --", "a & | ! <-> :*", "%_\\", "(((", "'"])
def test_words_mean_themselves_to_the_database(client: Client, shop: Shop, ask: Ask, words: str):
    response = client.get(f"{ask(image=photo(1))}?q={quote(words)}")

    assert response.status_code == 200
    assert Reading(response).one("input", id="filter-words")["value"] == words


def boxes(page: Reading) -> list[str]:
    """All that can be ticked but the colours of the drawn photos."""
    ticks = page.all("label", css="tick")
    return [each.text for each in ticks if "tick-colour" not in each["class"]]


@pytest.mark.parametrize("address", ["results", "/c/clothes/"])
def test_however_many_filters_make_no_sense_there_is_a_page(
    client: Client, shop: Shop, ask: Ask, address: str
):
    if address == "results":
        address = ask(image=photo(1))
    tags = "&".join(f"tags=a{n}&any_tags=b{n}&not_tags=c{n}" for n in range(30))
    colours = "&".join(f"colours=none{n}" for n in range(60))

    response = client.get(f"{address}?{tags}&{colours}&category=no-such")

    assert response.status_code == 200
    assert Reading(response).titles
