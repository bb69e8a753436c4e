"""More like this hit, less like that one: by a plain form, to an address of its own, and back."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from search.models import PhotoQuery
from tests.factories import make_product
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading

pytestmark = pytest.mark.django_db


def mark(client: Client, address: str, **marks: str) -> str:
    """Presses a card's button on the page at that address; the address it leads to."""
    form = Reading(client.get(address)).one("form", id="marks")
    response = client.post(form["action"], marks)
    assert response.status_code == 303
    moved: str = response["Location"]
    return moved


def test_every_card_offers_both(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(ask(image=photo(1))))

    form = page.one("form", id="marks")
    assert (form["action"], form["method"]) == (
        f"/search/{PhotoQuery.objects.get().pk}/feedback/?",
        "post",
    )
    buttons = page.all("button", css="card-mark")
    assert {each["form"] for each in buttons} == {"marks"}
    assert [(each["name"], each["value"], each["aria-label"]) for each in buttons[:2]] == [
        ("like", "RED-1", "More like this: Red shoe"),
        ("dislike", "RED-1", "Less like this: Red shoe"),
    ]
    assert len(buttons) == 6


def test_the_shops_other_walls_offer_neither(client: Client, shop: Shop):
    for address in ("/", "/c/clothes/", f"/p/{shop.red.slug}/"):
        page = Reading(client.get(address))
        assert page.titles
        assert page.all("button", css="card-mark") == []


def test_words_alone_cannot_be_moved_away(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(ask(q="crimson")))

    assert [each["name"] for each in page.all("button", css="card-mark")] == ["like"]


def test_a_mark_leads_to_a_search_of_its_own_that_says_what_moved_it(
    client: Client, shop: Shop, ask: Ask
):
    earlier = ask(image=photo(1))

    moved = mark(client, earlier, like="RED-2")

    later = PhotoQuery.objects.get(parent__isnull=False)
    assert moved == f"/search/{later.pk}/"
    page = Reading(client.get(moved))
    assert page.one("p", css="pinned-moved").text == "Moved towards “Crimson hat”"
    assert page.texts("li", css="step") == ["Your photo", "More like Crimson hat"]
    assert page.one("a", css="step-link")["href"] == earlier
    assert sorted(page.titles) == ["Blue bag", "Crimson hat", "Red shoe"]


def test_the_way_back_leads_to_the_same_answers(client: Client, shop: Shop, ask: Ask):
    earlier = ask(image=photo(1))
    before = Reading(client.get(earlier)).titles

    moved = mark(client, earlier, dislike="RED-1")

    page = Reading(client.get(moved))
    assert page.one("p", css="pinned-moved").text.startswith("Moved away from “Red shoe”")
    assert Reading(client.get(page.one("a", css="step-link")["href"])).titles == before


def test_an_earlier_search_that_ended_has_no_way_back(client: Client, shop: Shop, ask: Ask):
    moved = mark(client, ask(image=photo(1)), like="RED-2")
    PhotoQuery.objects.filter(parent=None).update(expires_at=timezone.now())

    page = Reading(client.get(moved))

    assert page.one("p", css="pinned-moved").text == "Moved towards “Crimson hat”"


def test_a_search_moved_both_ways_says_both(client: Client, shop: Shop, ask: Ask):
    moved = mark(client, ask(image=photo(1)), like="RED-2", dislike="BLUE-1")

    assert (
        Reading(client.get(moved))
        .one("p", css="pinned-moved")
        .text.startswith("Moved towards “Crimson hat” and away from “Blue bag”")
    )


def test_filters_go_along_and_the_page_does_not(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1)) + "?tags=colour:red&sort=price&page=1"

    moved = mark(client, address, like="RED-2")

    assert moved.endswith("/?tags=colour%3Ared&sort=price")
    assert Reading(client.get(moved)).titles == ["Red shoe", "Crimson hat"]


def test_the_tab_still_shows_the_photo_that_it_all_began_with(client: Client, shop: Shop, ask: Ask):
    moved = mark(client, ask(image=photo(1)), like="RED-2")
    further = mark(client, moved, like="BLUE-1")

    first = PhotoQuery.objects.get(parent=None)
    for address in (moved, further):
        page = Reading(client.get(address))
        assert page.one("div", css="results")["data-query"] == str(first.pk)
        assert page.one("img", css="crop-photo", alt="Your photo")


def test_words_that_were_moved_are_still_shown_as_words(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(mark(client, ask(q="crimson"), like="RED-2")))

    assert page.one("p", css="pinned-label").text == "You searched for “crimson”"
    assert page.all("img", alt="Your photo", width="160") == []
    assert page.titles[0] == "Crimson hat"


def test_a_product_that_was_asked_for_stays_pinned(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(mark(client, ask(product="RED-1"), like="RED-2")))

    assert page.one("p", css="pinned-label").text == "Looks like Red shoe"
    assert sorted(page.titles) == ["Blue bag", "Crimson hat"]


def test_forgetting_a_moved_search_keeps_nothing_of_it(client: Client, shop: Shop, ask: Ask):
    moved = mark(client, ask(image=photo(1)), like="RED-2")

    client.post(f"{moved}forget/")

    assert not PhotoQuery.objects.exists()


def test_titles_are_escaped(client: Client, shop: Shop, ask: Ask):
    shop.crimson.title = "<b>Hat</b> & “more”"
    shop.crimson.save()

    response = client.get(mark(client, ask(image=photo(1)), like="RED-2"))

    assert "“<b>Hat</b> & “more””" in Reading(response).one("p", css="pinned-moved").text
    assert b"<b>Hat" not in response.content


@pytest.mark.parametrize(
    ("marks", "status", "told"),
    [
        ({}, 400, "No hit is marked"),
        ({"like": "NONE"}, 404, "no longer sold"),
        ({"like": "a\0b"}, 404, "no longer sold"),
        ({"dislike": "BARE"}, 409, "No picture of BARE"),
        ({"like": "RED-1", "dislike": "RED-1"}, 400, "both liked and disliked"),
    ],
)
def test_a_mark_that_makes_no_sense(
    client: Client, shop: Shop, ask: Ask, marks: dict, status: int, told: str
):
    make_product(sku="BARE")

    response = client.post(f"{ask(image=photo(1))}feedback/", marks)

    assert response.status_code == status
    assert told in response.content.decode()
    assert PhotoQuery.objects.count() == 1


def test_a_search_that_has_ended_moves_no_more(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    PhotoQuery.objects.update(expires_at=timezone.now())

    for gone in (address, f"/search/{uuid.uuid4()}/"):
        response = client.post(f"{gone}feedback/", {"like": "RED-1"})
        assert response.status_code == 410
        assert Reading(response).heading == "This search has ended"


def test_a_mark_needs_the_shops_own_form(shop: Shop, ask: Ask):
    strict: Any = Client(enforce_csrf_checks=True)

    response = strict.post(f"{ask(image=photo(1))}feedback/", {"like": "RED-1"})

    assert response.status_code == 403
    assert PhotoQuery.objects.count() == 1


def test_loading_the_buttons_address_changes_nothing(client: Client, shop: Shop, ask: Ask):
    assert client.get(f"{ask(image=photo(1))}feedback/").status_code == 405
    assert PhotoQuery.objects.count() == 1
