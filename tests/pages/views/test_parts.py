"""A part of the photo, as a plain form sends it: four numbers in percent."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from search.errors import InvalidSearch
from search.models import PhotoQuery
from search.pages.parts import read_part
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading
from tests.pages.views.test_front import make_query_photos

OUTSIDE = (
    "The marked part lies outside the photo. Left and width together are at most 100 percent, and "
    "so are top and height."
)
NO_NUMBER = "The marked part is given in percent: four numbers from 0 to 100."


def form(x: object = 0, y: object = 0, w: object = 100, h: object = 100) -> dict[str, str]:
    return {"crop_x": str(x), "crop_y": str(y), "crop_w": str(w), "crop_h": str(h)}


def part(**fields: object) -> Any:
    sent = QueryDict(mutable=True)
    sent.update(form(**fields))
    return read_part(sent)


def test_percents_become_shares() -> None:
    assert part(x=50, y=12.5, w=25, h="30,5") == (0.5, 0.125, 0.25, 0.305)


def test_nothing_and_everything_are_the_whole_photo() -> None:
    assert read_part(QueryDict("")) is None
    assert part(x="", y="", w="", h="") is None
    assert part() is None
    assert part(x=0.4, y=0, w=99.6, h=99.9) is None


@pytest.mark.parametrize(
    ("fields", "message", "field"),
    [
        ({"x": "left"}, NO_NUMBER, "crop_x"),
        ({"h": "nan"}, NO_NUMBER, "crop_h"),
        ({"y": -1}, NO_NUMBER, "crop_y"),
        ({"w": 101}, NO_NUMBER, "crop_w"),
        ({"x": ""}, NO_NUMBER, "crop_x"),
        ({"w": 0}, OUTSIDE, "crop"),
        ({"x": 50, "w": 51}, OUTSIDE, "crop"),
    ],
)
def test_what_is_no_part_is_refused(fields: dict[str, object], message: str, field: str) -> None:
    with pytest.raises(InvalidSearch) as refused:
        part(**fields)

    assert (refused.value.message, refused.value.field) == (message, field)


@given(*[st.one_of(st.floats(), st.text(max_size=8)) for _ in range(4)])
def test_whatever_is_sent_is_a_box_inside_the_photo_or_refused(
    x: object, y: object, w: object, h: object
) -> None:
    try:
        box = part(x=x, y=y, w=w, h=h)
    except InvalidSearch:
        return
    if box is not None:
        left, top, width, height = box
        assert 0 <= left < left + width <= 1.0000001
        assert 0 <= top < top + height <= 1.0000001


@pytest.mark.django_db
def test_a_photo_with_a_part_is_searched_by_the_part(client: Client, shop: Shop, ask: Ask) -> None:
    address = ask(image=photo(2), **form(x=10, w=80))

    query = PhotoQuery.objects.get()
    assert query.crop == [0.1, 0.0, 0.8, 1.0]
    page = Reading(client.get(address))
    values = {name: page.one("input", name=f"crop_{name}")["value"] for name in "xywh"}
    assert values == {"x": "10", "y": "0", "w": "80", "h": "100"}


@pytest.mark.django_db
def test_another_part_takes_the_place_of_the_one_before(
    client: Client, shop: Shop, ask: Ask
) -> None:
    ask(image=photo(1), **form(x=10, w=80))
    first = PhotoQuery.objects.get()

    state = "?tags=colour%3Ared&page=2"
    address = ask(image=photo(1), state=state, **form(w=90), **{"from": str(first.pk)})

    later = PhotoQuery.objects.exclude(pk=first.pk).get()
    assert (later.parent, later.origin, later.crop) == (None, first.pk, [0.0, 0.0, 0.9, 1.0])
    assert address == f"/search/{later.pk}/?tags=colour%3Ared"


@pytest.mark.django_db
def test_a_sample_photo_has_parts_without_being_sent(client: Client, shop: Shop, ask: Ask) -> None:
    [sample] = make_query_photos({"RED-2": "A hat"})

    address = ask(sample=sample.name, state="?sample=crimson-hat&sort=price", **form(w=90))

    assert address == f"/search/{PhotoQuery.objects.get().pk}/?sort=price&sample=crimson-hat"
    page = Reading(client.get(address))
    sent = page.all("input", type="hidden", name="sample")
    assert [each["value"] for each in sent] == ["crimson-hat"] * 2  # with the part, with filters


@pytest.mark.django_db
def test_a_products_picture_has_parts_and_is_not_its_own_answer(
    client: Client, shop: Shop, ask: Ask
) -> None:
    page = Reading(client.get(ask(product="RED-1", **form(w=90))))

    query = PhotoQuery.objects.get()
    assert (query.product, query.crop) == (shop.red, [0.0, 0.0, 0.9, 1.0])
    assert sorted(page.titles) == ["Blue bag", "Crimson hat"]
    assert page.one("p", css="pinned-label").text == "Looks like Red shoe"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (form(w=90), "Choose the photo again: the shop hasn’t kept it."),
        ({"image": "photo", **form(w=1, h=1)}, "The crop is smaller than 16 pixels."),
        ({"image": "photo", **form(w=900)}, NO_NUMBER),
    ],
)
def test_a_refused_part_is_said_beside_the_form(
    client: Client, shop: Shop, fields: dict[str, str], message: str
) -> None:
    sent = {**fields, **({"image": photo(1)} if "image" in fields else {})}

    response = client.post("/search/", sent)

    assert response.status_code == 400
    assert Reading(response).one("p", id="photo-error").text.startswith(message)
    assert not PhotoQuery.objects.exists()


@pytest.mark.django_db
def test_a_product_whose_file_is_gone_says_so(client: Client, shop: Shop) -> None:
    image = shop.red.images.get()
    image.file.storage.delete(image.file.name)

    response = client.post("/search/", {"product": "RED-1", **form(w=90)})

    assert response.status_code == 400
    assert Reading(response).one("p", id="photo-error").text == (
        "That product has no picture any more. Search for another one."
    )
