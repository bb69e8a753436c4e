"""From the photo to a result, and on from there: each step can be gone back to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from search.engine.steps import MOST_STEPS
from search.models import PhotoQuery
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading
from tests.pages.views.test_front import make_query_photos

pytestmark = pytest.mark.django_db


def on(client: Client, address: str, sku: str) -> str:
    """Presses "Find similar" on a card of the results at that address."""
    page = Reading(client.get(address))
    fields = {
        each["name"]: each["value"] for each in page.all("input", type="hidden", form="similar")
    }
    response = client.post("/search/", {**fields, "product": sku})
    assert response.status_code == 303
    further: str = response["Location"]
    return further


def steps(page: Reading) -> list[str]:
    return page.texts("li", css="step")


def test_a_first_search_has_no_way_behind_it(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(ask(image=photo(1))))

    assert steps(page) == []
    assert "hidden" in page.one("nav", css="steps").attributes


def test_each_result_leads_a_step_further(client: Client, shop: Shop, ask: Ask):
    first = ask(image=photo(1))
    second = on(client, first, "RED-2")
    third = on(client, second, "BLUE-1")

    page = Reading(client.get(third))

    assert steps(page) == ["Your photo", "Crimson hat", "Blue bag"]
    links = page.all("a", css="step-link")
    assert [each["href"] for each in links] == [first, second]
    assert page.one("span", **{"aria-current": "step"}).text == "Blue bag"
    assert page.one("p", css="pinned-label").text == "Looks like Blue bag"
    assert "Blue bag" not in page.titles
    assert steps(Reading(client.get(second))) == ["Your photo", "Crimson hat"]


def test_the_photo_it_began_with_stays_in_sight(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(on(client, ask(image=photo(1)), "RED-2")))

    first = PhotoQuery.objects.get(parent=None)
    assert page.one("div", css="results")["data-query"] == str(first.pk)
    [own] = [each for each in page.all("img") if "data-own-image" in each.attributes]
    assert "src" not in own.attributes


def test_a_sample_photo_stays_in_sight_too(client: Client, shop: Shop, ask: Ask):
    [sample] = make_query_photos({"RED-2": "A hat"})

    further = on(client, ask(sample=sample.name), "BLUE-1")

    assert further.endswith("/?sample=crimson-hat")
    page = Reading(client.get(further))
    assert [each["src"] for each in page.all("img", width="36")] == [
        "/sample/crimson-hat",
        shop.blue.images.get().thumbnail_url(160),
    ]


def test_words_and_parts_are_steps_by_their_names(client: Client, shop: Shop, ask: Ask):
    words = on(client, ask(q="crimson"), "RED-1")
    assert steps(Reading(client.get(words))) == ["“crimson”", "Red shoe"]

    crop = {"crop_x": 0, "crop_y": 0, "crop_w": 90, "crop_h": 100}
    part = on(client, ask(image=photo(1), **crop), "RED-2")
    assert steps(Reading(client.get(part))) == ["Part of your photo", "Crimson hat"]


def test_forgetting_forgets_the_whole_way(client: Client, shop: Shop, ask: Ask):
    third = on(client, on(client, ask(image=photo(1)), "RED-2"), "BLUE-1")

    client.post(f"{third}forget/")

    assert not PhotoQuery.objects.exists()


def test_a_step_that_has_ended_is_left_out(client: Client, shop: Shop, ask: Ask):
    third = on(client, on(client, ask(image=photo(1)), "RED-2"), "BLUE-1")
    PhotoQuery.objects.filter(parent=None).update(expires_at=timezone.now() - timedelta(hours=1))

    assert steps(Reading(client.get(third))) == ["Crimson hat", "Blue bag"]


def test_a_search_that_has_ended_is_no_obstacle(client: Client, shop: Shop, ask: Ask):
    gone = "6f1f5bd0-0000-4000-8000-000000000000"
    for invented in (gone, "nonsense"):
        address = ask(product="RED-1", **{"from": invented})
        assert steps(Reading(client.get(address))) == []


def test_a_long_way_shows_its_latest_steps(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    for number in range(MOST_STEPS + 3):
        address = on(client, address, ("RED-2", "BLUE-1")[number % 2])

    shown = steps(Reading(client.get(address)))

    assert len(shown) == MOST_STEPS
    assert shown[-2:] == ["Blue bag", "Crimson hat"]


def test_the_whole_photo_again_takes_the_place_of_its_part(client: Client, shop: Shop, ask: Ask):
    crop = {"crop_x": 0, "crop_y": 0, "crop_w": 90, "crop_h": 100}
    ask(image=photo(1))
    first = PhotoQuery.objects.get()
    ask(image=photo(1), **crop, **{"from": str(first.pk)})
    part = PhotoQuery.objects.exclude(pk=first.pk).get()

    whole = ask(image=photo(1), **{"from": str(part.pk)})

    page = Reading(client.get(whole))
    assert page.one("div", css="results")["data-query"] == str(first.pk)
    assert steps(page) == []
    client.post(f"{whole}forget/")
    assert not PhotoQuery.objects.exists()


def test_the_whole_product_again_is_no_step(client: Client, shop: Shop, ask: Ask):
    crop = {"crop_x": 0, "crop_y": 0, "crop_w": 90, "crop_h": 100}
    product = ask(product="RED-1")
    part = ask(product="RED-1", **crop, **{"from": product.split("/")[2]})
    whole = ask(product="RED-1", **{"from": part.split("/")[2]})

    for address in (part, whole):
        assert steps(Reading(client.get(address))) == []


def test_filters_go_along_and_words_do_not(client: Client, shop: Shop, ask: Ask):
    further = on(client, f"{ask(image=photo(1))}?tags=colour:red&q=hat&sort=price", "RED-2")

    assert further.endswith("/?tags=colour%3Ared")
    page = Reading(client.get(further))
    assert page.one("a", css="step-link")["href"].endswith("/?tags=colour%3Ared")
