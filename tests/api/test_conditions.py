"""ETag, If-Match and If-None-Match: nobody's change is lost, and nothing is sent twice."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from catalog.models import Product
from tests.api.conftest import PRODUCTS, Shop, send_json
from tests.api.contract import assert_error
from tests.api.keys import with_key
from tests.factories import add_photo, make_product

RED = f"{PRODUCTS}RED-1/"
NEW = f"{PRODUCTS}NEW/"
LEAST = {"title": "Lamp", "price": 1}


def rename(shop: Shop) -> None:
    Product.objects.filter(pk=shop.red.pk).update(title="Scarlet shoe")


def sell_one(shop: Shop) -> None:
    Product.objects.filter(pk=shop.red.pk).update(stock=4)


def say_what_is_seen(shop: Shop) -> None:
    shop.red.images.update(alt="From behind")


def add_one(shop: Shop) -> None:
    add_photo(shop.red, seed=9)


def rename_tag(shop: Shop) -> None:
    shop.red.tags.filter(value="red").update(value="scarlet")


CHANGES = [
    *(rename, sell_one, say_what_is_seen, add_one, rename_tag),
    lambda shop: shop.red.tags.clear(),
    lambda shop: shop.red.images.all().delete(),
    lambda shop: Product.objects.filter(pk=shop.red.pk).update(category=None),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_that_is_shown_changes_the_tag(
    writer: Client, shop: Shop, change: Callable[[Shop], Any]
):
    before = writer.get(RED)["ETag"]
    assert before == writer.get(RED)["ETag"]
    change(shop)
    assert writer.get(RED)["ETag"] != before


def test_what_a_caller_is_not_shown_does_not_change_his_tag(client: Client, shop: Shop):
    before = client.get(RED)["ETag"]
    sell_one(shop)
    assert client.get(RED)["ETag"] == before


def test_the_same_is_not_sent_again(client: Client, shop: Shop):
    first = client.get(RED)
    tag = first["ETag"]
    assert tag.startswith('"')
    for value in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(RED, headers={"if-none-match": value})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == tag
        assert again["Cache-Control"] == first["Cache-Control"] == "private, no-cache"
        assert {"Authorization", "Accept-Encoding"} <= set(again["Vary"].split(", "))
    assert client.get(RED, headers={"if-none-match": '"other"'}).status_code == 200
    assert client.head(RED, headers={"if-none-match": tag}).status_code == 304


def test_a_part_of_it_has_the_tag_of_the_whole(writer: Client, shop: Shop):
    whole, part = writer.get(RED), writer.get(f"{RED}?fields=sku")
    assert part.json() == {"sku": "RED-1"}
    assert part["ETag"] == whole["ETag"]


def test_a_write_under_the_present_tag_and_under_an_old_one(writer: Client, shop: Shop):
    tag = writer.get(RED)["ETag"]
    first = send_json(writer.patch, RED, {"stock": 1}, **{"if-match": tag})
    assert first.status_code == 200
    second = send_json(writer.patch, RED, {"stock": 2}, **{"if-match": tag})
    error = assert_error(second, 412, "precondition_failed", "If-Match")
    assert second["ETag"] == first["ETag"] == writer.get(RED)["ETag"]
    assert first["ETag"] in error["message"]
    third = send_json(writer.put, RED, LEAST, **{"if-match": second["ETag"]})
    assert third.status_code == 200
    old = {"if-match": first["ETag"]}
    assert_error(writer.delete(RED, headers=old), 412, "precondition_failed", "If-Match")
    assert writer.delete(RED, headers={"if-match": third["ETag"]}).status_code == 204


def test_a_packed_answers_tag_is_good_for_a_write(writer: Client, shop: Shop):
    packed = writer.get(RED, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(packed.content).startswith(b'{"sku":"RED-1"')
    assert packed["ETag"].startswith('W/"')
    response = send_json(writer.patch, RED, {"stock": 1}, **{"if-match": packed["ETag"]})
    assert response.status_code == 200
    again = {"if-none-match": packed["ETag"], "accept-encoding": "gzip"}
    assert writer.get(RED, headers=again).status_code == 200
    again["if-none-match"] = f"W/{response['ETag']}"
    assert writer.get(RED, headers=again).status_code == 304


def test_create_only(writer: Client):
    only = {"if-none-match": "*"}
    assert send_json(writer.put, NEW, LEAST, **only).status_code == 201
    again = send_json(writer.put, NEW, {**LEAST, "stock": 1}, **only)
    assert_error(again, 412, "precondition_failed", "If-None-Match")
    assert again["ETag"] == writer.get(NEW)["ETag"]
    assert Product.objects.get().stock == 0


def test_replace_only(writer: Client):
    response = send_json(writer.put, NEW, LEAST, **{"if-match": "*"})
    assert_error(response, 412, "precondition_failed", "If-Match")
    assert "ETag" not in response
    assert not Product.objects.exists()
    for address in (NEW, "/api/v1/images/1/"):
        code = "unknown_product" if address == NEW else "unknown_image"
        field = "sku" if address == NEW else "image_id"
        assert_error(writer.delete(address, headers={"if-match": "*"}), 404, code, field)


@pytest.mark.parametrize("value", ["abc", '"abc', "", "W/abc", '"a" "b"', "*, *", '"a",'])
def test_a_condition_that_cannot_be_read(writer: Client, shop: Shop, value: str):
    response = send_json(writer.patch, RED, {"stock": 1}, **{"if-match": value})
    assert_error(response, 400, "invalid", "If-Match")
    assert Product.objects.get(sku="RED-1").stock == 5


def at_once(count: int, work: Callable[[], Any]) -> list[Any]:
    """What each of so many threads gets who begin together."""
    barrier = Barrier(count)

    def run() -> Any:
        barrier.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [each.result() for each in [pool.submit(run) for _ in range(count)]]


@pytest.mark.django_db(transaction=True)
def test_of_two_writes_at_once_under_one_tag_one_is_done(client: Client):
    make_product(sku="RED-1", stock=0)
    writer = with_key(client, "read", "write")
    tag = writer.get(RED)["ETag"]
    stocks = iter(range(1, 5))

    def patch() -> Any:
        body = {"stock": next(stocks)}
        return body, send_json(writer.patch, RED, body, **{"if-match": tag})

    answers = at_once(4, patch)
    done = [body for body, answer in answers if answer.status_code == 200]
    assert sorted(answer.status_code for _, answer in answers) == [200, 412, 412, 412]
    assert [{"stock": Product.objects.get().stock}] == done


@pytest.mark.django_db(transaction=True)
def test_of_many_who_create_at_once_one_does(client: Client):
    writer = with_key(client, "write")
    body = {**LEAST, "category": "A > B", "tags": ["colour:red", "sale"]}
    answers = at_once(6, lambda: send_json(writer.put, NEW, body))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    only = {"if-none-match": "*"}
    other = f"{PRODUCTS}OTHER/"
    answers = at_once(6, lambda: send_json(writer.put, other, body, **only))
    assert sorted(answer.status_code for answer in answers) == [201] + [412] * 5
    assert Product.objects.count() == 2
