"""The product's form tells on which other products each of its photos is."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import services
from catalog.models import Product
from tests.admin.pages import change_page, fields_of, photo_file, text_of
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product


def links(client: Client, product: Product) -> list[list[tuple[str, str]]]:
    """For each image with twins: the address and the SKU of each product."""
    page = client.get(change_page(product)).content.decode()
    told = re.findall(r'<p class="elsewhere">(.*?)</p>', page, re.DOTALL)
    return [re.findall(r'<a href="([^"]+)" title="[^"]*">([^<]+)</a>', each) for each in told]


def queries_for(client: Client, product: Product) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(change_page(product)).status_code == 200
    return len(captured)


def test_each_photo_links_to_the_other_products_that_show_it(staff: Client):
    mug, cup, jug = (make_product(sku=sku) for sku in ("MUG", "CUP", "JUG"))
    photo = draw_photo(1, size=(640, 480))
    services.add_image(product=mug, data=jpeg_bytes(photo))
    services.add_image(product=cup, data=jpeg_bytes(photo))
    services.add_image(product=jug, data=jpeg_bytes(photo.resize((320, 240)), quality=60))
    add_photo(mug, 2)
    assert links(staff, mug) == [[(change_page(cup), "CUP"), (change_page(jug), "JUG")]]
    assert links(staff, jug) == [[(change_page(mug), "MUG"), (change_page(cup), "CUP")]]


def test_a_photo_that_is_nowhere_else_says_nothing(staff: Client):
    product = make_product()
    add_photo(product, 1)
    add_photo(product, 1)
    assert links(staff, product) == []


def test_many_products_are_not_all_named(staff: Client):
    product = make_product()
    for each in [product, *(make_product(sku=f"TWIN-{n}") for n in range(7))]:
        add_photo(each, 1)
    [named] = links(staff, product)
    assert [sku for _address, sku in named] == [f"TWIN-{n}" for n in range(5)]
    assert "TWIN-4 and others" in text_of(staff.get(change_page(product)))


def test_whoever_may_only_look_sees_them_too(viewer: Client):
    mug, cup = make_product(sku="MUG"), make_product(sku="<b>CUP")
    for product in (mug, cup):
        add_photo(product, 1)
    assert "The same photo is on: <b>CUP" in text_of(viewer.get(change_page(mug)))


def test_a_refused_form_shows_them_again(staff: Client):
    mug, cup = make_product(sku="MUG"), make_product(sku="CUP")
    for product in (mug, cup):
        add_photo(product, 1)
    answer = staff.post(
        change_page(mug), fields_of(mug, price="-1", new_photos=[photo_file("a.jpg", 3)])
    )
    assert "The same photo is on: CUP" in text_of(answer)


def test_number_of_queries_follows_neither_images_nor_twins(staff: Client):
    product = make_product()
    add_photo(product, 0)
    add_photo(make_product(), 0)
    queries_for(staff, product)
    one = queries_for(staff, product)
    for seed in range(1, 5):
        add_photo(product, seed)
        for _ in range(3):
            add_photo(make_product(), seed)
    assert queries_for(staff, product) == one
