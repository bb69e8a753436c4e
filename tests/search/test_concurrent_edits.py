"""Two transactions edit what belongs to one product: when both are committed, the index knows both
edits, and neither was refused for a deadlock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Event

import pytest
from django.db import connection, transaction

from catalog.importing.rows import ProductRow
from catalog.importing.upsert import Upsert
from catalog.models import Category, Product, ProductImage, Tag
from catalog.shelves import Shelves
from search import documents, filter_columns, services
from search.models import EmbeddingJob, ImageEmbedding
from search.services import request_embedding
from tests.factories import add_photo, make_category, make_product, make_tag
from tests.search.conftest import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

Links = Product.tags.through


@dataclass(frozen=True)
class Shop:
    """A red boot with an embedded image, lying in Shoes > Boots; a hat; other labels."""

    boot: Product
    hat: Product
    shoes: Category
    boots: Category
    sandals: Category
    hats: Category
    red: Tag
    sale: Tag
    image: ProductImage


Edit = Callable[[Shop], object]


@pytest.fixture
def shop() -> Shop:
    shoes = make_category("Shoes")
    boots = make_category("Boots", parent=shoes)
    sandals = make_category("Sandals", parent=shoes)
    hats = make_category("Hats")
    boot = make_product(title="Boot", category=boots, tags=("colour:red",))
    hat = make_product(title="Hat", category=hats)
    image = add_photo(boot)
    services.embed_pending()
    red, sale = make_tag("colour:red"), make_tag("sale")
    return Shop(boot, hat, shoes, boots, sandals, hats, red, sale, image)


def put_on_sale(shop: Shop) -> None:
    shop.boot.tags.add(shop.sale)


def put_on_sale_in_bulk(shop: Shop) -> None:
    Links.objects.bulk_create(Links(product=each, tag=shop.sale) for each in (shop.hat, shop.boot))


def paint_in_bulk(shop: Shop) -> None:
    blue = make_tag("colour:blue")
    Links.objects.bulk_create(Links(product=each, tag=blue) for each in (shop.boot, shop.hat))


def strip(shop: Shop) -> None:
    shop.boot.tags.remove(shop.red)


def archive(shop: Shop) -> None:
    Product.objects.filter(pk=shop.boot.pk).update(status="archived")


def put_among_hats(shop: Shop) -> None:
    Product.objects.filter(pk=shop.boot.pk).update(category=shop.hats)


def retitle(shop: Shop) -> None:
    Product.objects.filter(pk=shop.boot.pk).update(title="Wellington")


def move_boots(shop: Shop) -> None:
    path = [shop.hats.pk, shop.boots.pk]
    Category.objects.filter(pk=shop.boots.pk).update(parent=shop.hats, path=path)


def move_hats(shop: Shop) -> None:
    path = [shop.shoes.pk, shop.hats.pk]
    Category.objects.filter(pk=shop.hats.pk).update(parent=shop.shoes, path=path)


def rename_shoes(shop: Shop) -> None:
    Category.objects.filter(pk=shop.shoes.pk).update(name="Footwear")


def rename_red(shop: Shop) -> None:
    Tag.objects.filter(pk=shop.red.pk).update(value="crimson")


def rename_sale(shop: Shop) -> None:
    Tag.objects.filter(pk=shop.sale.pk).update(value="bargain")


def give_the_image_to_the_hat(shop: Shop) -> None:
    ProductImage.objects.filter(pk=shop.image.pk).update(product=shop.hat)


def embed_a_new_image(shop: Shop) -> None:
    add_photo(shop.boot, seed=1)
    services.embed_pending()


def embed_the_image_again(shop: Shop) -> None:
    request_embedding(image_ids=[shop.image.pk])
    services.embed_pending()


def embed_what_waits(_: Shop) -> None:
    services.embed_pending()


# A worker's transactions are its own.
IN_NO_TRANSACTION = {embed_what_waits}


def in_a_transaction(
    shop: Shop, edit: Edit, *, pids: list[int], edited: Event, may_go: Event, then: Edit | None
) -> None:
    try:
        with nullcontext() if edit in IN_NO_TRANSACTION else transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
            edit(shop)
            edited.set()
            assert may_go.wait(PATIENCE_SECONDS)
            if then:
                then(shop)
    finally:
        edited.set()
        connection.close()


def at_once(shop: Shop, first: Edit, second: Edit, *, then: Edit | None = None) -> None:
    """`first` has edited and is open when `second` begins. Once that waits for it, or has edited as
    well, `first` goes on with `then` and commits. What either raises is raised."""
    pids: list[int] = []
    edited, edited_too, may_go = Event(), Event(), Event()

    def waits() -> bool:
        if second_done.done() or edited_too.is_set():
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [pids[-1]])
            return len(pids) == 2 and bool(cursor.fetchone()[0])

    with ThreadPoolExecutor(2) as pool:
        try:
            first_done = pool.submit(
                in_a_transaction, shop, first, pids=pids, edited=edited, may_go=may_go, then=then
            )
            assert edited.wait(PATIENCE_SECONDS)
            second_done: Future[None] = pool.submit(
                in_a_transaction,
                shop,
                second,
                pids=pids,
                edited=edited_too,
                may_go=may_go,
                then=None,
            )
            wait_until(waits, "the second transaction to wait for the first, or to edit")
        finally:
            may_go.set()
        first_done.result(PATIENCE_SECONDS)
        second_done.result(PATIENCE_SECONDS)


PAIRS = [
    (put_on_sale, strip),
    (put_on_sale_in_bulk, paint_in_bulk),
    (put_on_sale, archive),
    (put_on_sale, retitle),
    (put_on_sale, put_among_hats),
    (put_on_sale, move_boots),
    (put_on_sale, rename_shoes),
    (put_on_sale, rename_red),
    (put_on_sale, rename_sale),
    (put_on_sale, give_the_image_to_the_hat),
    (put_on_sale_in_bulk, give_the_image_to_the_hat),
    (put_among_hats, move_boots),
    (put_among_hats, move_hats),
    (put_among_hats, rename_shoes),
    (rename_shoes, rename_red),
    (move_boots, rename_red),
    (embed_a_new_image, put_on_sale),
    (embed_a_new_image, put_on_sale_in_bulk),
    (embed_a_new_image, archive),
    (embed_a_new_image, put_among_hats),
    (embed_a_new_image, move_boots),
    (embed_the_image_again, put_on_sale),
    (embed_the_image_again, move_boots),
    (embed_the_image_again, give_the_image_to_the_hat),
]


@pytest.mark.parametrize(
    ("first", "second"),
    [*PAIRS, *((second, first) for first, second in PAIRS)],
    ids=lambda edit: edit.__name__,
)
def test_of_two_edits_at_once_neither_is_lost(shop: Shop, first: Edit, second: Edit):
    at_once(shop, first, second)

    assert filter_columns.drift() == 0
    assert documents.drift() == 0


def test_tags_that_two_transactions_give_are_both_found(shop: Shop):
    at_once(shop, put_on_sale_in_bulk, paint_in_bulk)

    wanted = sorted([shop.red.pk, shop.sale.pk, make_tag("colour:blue").pk])
    assert ImageEmbedding.objects.get().tag_ids == wanted


def save_product(shop: Shop) -> None:
    shop.boot.save()


def save_image(shop: Shop) -> None:
    shop.image.checksum = "0" * 64
    shop.image.save()


def clear_tags(shop: Shop) -> None:
    shop.boot.tags.clear()


def clear_the_tag(shop: Shop) -> None:
    shop.red.products.clear()


def delete_product(shop: Shop) -> None:
    Product.objects.get(pk=shop.boot.pk).delete()


def delete_image(shop: Shop) -> None:
    ProductImage.objects.get(pk=shop.image.pk).delete()


@pytest.mark.parametrize("other", [delete_image, delete_product], ids=lambda edit: edit.__name__)
def test_who_saves_a_product_and_its_image_is_not_in_the_way_of_who_deletes_them(
    shop: Shop, other: Edit
):
    at_once(shop, save_product, other, then=save_image)

    assert not ImageEmbedding.objects.exists()
    assert not ProductImage.objects.exists()


@pytest.mark.parametrize(
    "other", [clear_tags, clear_the_tag, strip, delete_product], ids=lambda edit: edit.__name__
)
def test_who_saves_a_product_and_its_tags_is_not_in_the_way_of_who_takes_tags_off(
    shop: Shop, other: Edit
):
    at_once(shop, save_product, other, then=strip)

    assert not Links.objects.exists()
    assert filter_columns.drift() == 0


def put_among_sandals(shop: Shop) -> None:
    """Beside the boots: under the same parent."""
    shop.boot.category = shop.sandals
    shop.boot.save()


def import_as_sandal(shop: Shop) -> None:
    row = ProductRow(1, shop.boot.sku, {}, category=("Shoes", "Sandals"), tags=None, images=())
    Upsert(Shelves(), pictures=None)(row)


def put_red_off_and_on(shop: Shop) -> None:
    shop.boot.tags.clear()
    shop.boot.tags.add(shop.red)


def save_shoes_as_footwear(shop: Shop) -> None:
    shop.shoes.name = "Footwear"
    shop.shoes.save()


def save_shoes_below_hats(shop: Shop) -> None:
    shop.shoes.parent = shop.hats
    shop.shoes.save()


def save_red_as_crimson(shop: Shop) -> None:
    shop.red.value = "crimson"
    shop.red.save()


@pytest.mark.parametrize(
    ("then", "saved"),
    [
        (put_among_sandals, save_shoes_as_footwear),
        (put_among_sandals, save_shoes_below_hats),
        (import_as_sandal, save_shoes_as_footwear),
        (put_red_off_and_on, save_red_as_crimson),
    ],
    ids=lambda edit: edit.__name__,
)
def test_who_edits_a_product_twice_is_not_in_the_way_of_who_saves_a_label_of_it(
    shop: Shop, then: Edit, saved: Edit
):
    """Had the label's row been locked first, the second edit would wait for it, and it for this."""
    at_once(shop, retitle, saved, then=then)

    assert filter_columns.drift() == 0
    assert documents.drift() == 0


def test_a_label_that_is_saved_first_lets_the_product_wait(shop: Shop):
    at_once(shop, save_shoes_as_footwear, put_among_sandals)

    assert documents.drift() == 0


def test_who_saves_a_product_and_its_image_is_not_in_the_way_of_the_worker(shop: Shop):
    """Had the worker locked the job first, the saved image would wait for it, and it for this."""
    request_embedding(image_ids=[shop.image.pk])

    at_once(shop, save_product, embed_what_waits, then=save_image)

    assert EmbeddingJob.objects.get().checksum == "0" * 64
