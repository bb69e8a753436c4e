"""Writing a running shop's products with the client, and writes whose connection breaks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from catalog.models import Product
from lookalike_client import (
    Forbidden,
    InvalidRequest,
    NotFound,
    NotModified,
    PreconditionFailed,
    UnexpectedAnswer,
)
from lookalike_client.answers import FullProduct
from tests.client.scripted import Script, answer, refusal

GONE = b""


def test_a_product_is_created_whole_and_read_again(writer: Any):
    made = writer.put_product(
        "LAMP-1",
        title="Desk lamp",
        price=Decimal("49.90"),
        category="Home > Lamps",
        tags=("colour:black", "sale"),
        stock=3,
        status="draft",
    )

    assert type(made) is FullProduct
    assert (made.price, made.category, made.stock, made.status) == ("49.90", "lamps", 3, "draft")
    assert sorted(made.tags) == ["colour:black", "sale"]
    assert writer.product("LAMP-1") == made
    assert [each.sku for each in writer.products(status="draft")] == ["LAMP-1"]


def test_only_what_is_named_changes_and_none_takes_away(writer: Any):
    before = writer.product("RED-1")

    changed = writer.patch_product("RED-1", price=12, category=None, tags=[])

    assert (changed.price, changed.category, changed.tags) == ("12.00", None, ())
    assert (changed.title, changed.stock) == (before.title, before.stock)


def test_nobody_elses_change_is_lost(writer: Any):
    read = writer.product("RED-1")
    writer.patch_product("RED-1", stock=7, if_match=read.etag)

    with pytest.raises(PreconditionFailed) as caught:
        writer.patch_product("RED-1", stock=8, if_match=read.etag)
    with pytest.raises(PreconditionFailed):
        writer.delete_product("RED-1", if_match=read.etag)

    assert (caught.value.code, caught.value.field) == ("precondition_failed", "If-Match")
    assert Product.objects.get(sku="RED-1").stock == 7


def test_a_product_that_is_there_is_not_created(writer: Any):
    with pytest.raises(PreconditionFailed) as caught:
        writer.put_product("RED-1", title="Another", price=1, if_none_match="*")

    assert caught.value.field == "If-None-Match"
    assert Product.objects.get(sku="RED-1").title == "Red shoe"


def test_what_is_known_is_not_sent_again(writer: Any):
    read = writer.product("RED-1")

    with pytest.raises(NotModified):
        writer.product("RED-1", if_none_match=read.etag)
    changed = writer.patch_product("RED-1", stock=7)

    assert writer.product("RED-1", if_none_match=read.etag) == changed
    assert changed.etag != read.etag


def test_a_tag_without_its_quotes_is_refused_before_it_is_sent(writer: Any):
    with pytest.raises(ValueError, match="If-Match is an `etag` as an answer told it"):
        writer.delete_product("RED-1", if_match="3fa8")

    assert Product.objects.filter(sku="RED-1").exists()


def test_a_deleted_product_is_gone(writer: Any):
    assert writer.delete_product("RED-1") is None

    with pytest.raises(NotFound):
        writer.delete_product("RED-1")


def test_a_refusal_names_the_field(writer: Any):
    with pytest.raises(InvalidRequest) as caught:
        writer.patch_product("RED-1", price=-1)

    assert caught.value.field == "price"


def test_a_key_without_the_scope_is_refused(writer: Any):
    with pytest.raises(Forbidden) as caught:
        list(writer.webhooks())

    assert caught.value.code == "missing_scope"


def test_one_key_writes_once(writer: Any):
    first = writer.patch_product("RED-1", stock=7, idempotency_key="mine")
    Product.objects.filter(sku="RED-1").update(stock=8)

    assert writer.patch_product("RED-1", stock=7, idempotency_key="mine") == first
    assert Product.objects.get(sku="RED-1").stock == 8


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("first", [GONE, refusal(409, "idempotency_in_use", Retry_After="0")])
def test_a_write_that_broke_is_sent_again_under_its_key(
    script: Script, connect: Callable[..., Any], first: bytes
):
    script.will(first, answer(204))

    connect(script.url).delete_product("A")

    keys = [seen.headers["Idempotency-Key"] for seen in script.seen]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert len(keys[0]) == 36


def test_a_304_that_nobody_asked_for_is_no_answer(script: Script, connect: Callable[..., Any]):
    script.will(answer(304))

    with pytest.raises(UnexpectedAnswer):
        connect(script.url).product("A")
