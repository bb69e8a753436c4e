"""What happened is written down with the change itself, however that was made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.models import Category, Product, ProductImage, Tag
from catalog.services import replace_image
from search.models import Webhook, WebhookEvent
from search.services import webhooks
from tests.factories import (
    add_photo,
    draw_photo,
    jpeg_bytes,
    make_category,
    make_product,
    make_tag,
)
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Receiver

# Each change is a transaction of its own, as it is in the shop.
pytestmark = pytest.mark.django_db(transaction=True)

Links = Product.tags.through


@pytest.fixture
def webhook(receiver: Receiver) -> Webhook:
    return make_webhook(receiver)


@pytest.fixture
def product(webhook: Webhook) -> Product:
    """A product of which nothing is told yet."""
    made = make_product(sku="SHOE-7", category=make_category("Shoes"), tags=("colour:red",))
    make_tag("sale")
    forget()
    return made


def forget() -> None:
    WebhookEvent.objects.all().delete()


def told() -> list[tuple[str, dict[str, Any]]]:
    return list(WebhookEvent.objects.order_by("created_at").values_list("type", "data"))


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


SHOE = {"sku": "SHOE-7", "status": "active"}


def by_save(product: Product) -> None:
    product.price += 1
    product.save()


def by_update(product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(stock=0)


def by_bulk_update(product: Product) -> None:
    product.title = "Another shoe"
    Product.objects.bulk_update([product], ["title"])


def by_upsert(product: Product) -> None:
    product.description = "Canvas."
    Product.objects.bulk_create(
        [product], update_conflicts=True, unique_fields=["sku"], update_fields=["description"]
    )


def by_sql(product: Product) -> None:
    run("UPDATE catalog_product SET stock = 99 WHERE id = %s", product.pk)


def by_category(product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(category=make_category("Boots"))


def by_lost_category(product: Product) -> None:
    product.category.delete()


def by_slug_of_category(product: Product) -> None:
    Category.objects.update(slug="other-shoes")


def by_tags_set(product: Product) -> None:
    product.tags.set([make_tag("sale")])


def by_tag_added_from_its_side(product: Product) -> None:
    make_tag("sale").products.add(product)


def by_tags_cleared(product: Product) -> None:
    product.tags.clear()


def by_links_in_bulk(product: Product) -> None:
    Links.objects.bulk_create([Links(product=product, tag=make_tag("sale"))])


def by_tag_renamed(product: Product) -> None:
    Tag.objects.filter(value="red").update(value="crimson")


def by_tag_deleted(product: Product) -> None:
    make_tag("colour:red").delete()


@pytest.mark.parametrize(
    "change",
    [
        *(by_save, by_update, by_bulk_update, by_upsert, by_sql),
        *(by_category, by_lost_category, by_slug_of_category),
        *(by_tags_set, by_tag_added_from_its_side, by_tags_cleared, by_links_in_bulk),
        *(by_tag_renamed, by_tag_deleted),
    ],
)
def test_a_changed_product_is_told_once(product: Product, change: Callable[[Product], None]):
    change(product)

    assert told() == [("product.updated", SHOE)]


def test_a_photo_of_it_is_a_change_whether_added_replaced_or_deleted(product: Product):
    image = add_photo(product, seed=1)
    assert told() == [("product.updated", SHOE)]
    forget()

    replace_image(image=image, data=jpeg_bytes(draw_photo(2)))
    assert told() == [("product.updated", SHOE)]
    forget()

    ProductImage.objects.update(phash=None)
    assert told() == []

    image.delete()
    assert told() == [("product.updated", SHOE)]


def test_what_stays_as_it_was_is_not_told(product: Product):
    product.save()
    product.tags.set([make_tag("colour:red")])
    Product.objects.update(stock=product.stock)
    Tag.objects.filter(value="red").update(value="red")

    assert told() == []


def test_a_new_product_is_created_once_with_all_that_belongs_to_it(webhook: Webhook):
    with transaction.atomic():
        product = make_product(sku="NEW", tags=("sale",), status="draft")
        add_photo(product)
        product.status = "active"
        product.save()

    assert told() == [("product.created", {"sku": "NEW", "status": "active"})]


def test_a_deleted_product_is_told_once_though_its_tags_and_photos_go_first(product: Product):
    add_photo(product)
    forget()

    product.delete()

    assert told() == [("product.deleted", SHOE)]


def test_what_was_created_and_deleted_in_one_transaction_never_was(webhook: Webhook):
    with transaction.atomic():
        make_product(sku="GONE").delete()

    assert told() == []


def test_what_was_deleted_and_created_in_one_transaction_has_changed(product: Product):
    with transaction.atomic():
        product.delete()
        make_product(sku="SHOE-7", status="draft")

    assert told() == [("product.updated", {"sku": "SHOE-7", "status": "draft"})]


def test_another_sku_is_another_product(product: Product):
    Product.objects.filter(pk=product.pk).update(sku="SHOE-8")

    assert told() == [
        ("product.deleted", SHOE),
        ("product.created", {"sku": "SHOE-8", "status": "active"}),
    ]


def test_many_changes_of_one_product_in_a_transaction_are_one(product: Product):
    with transaction.atomic():
        by_save(product)
        by_tags_set(product)
        by_update(product)

    assert told() == [("product.updated", SHOE)]


def test_two_transactions_are_two_events(product: Product):
    by_save(product)
    by_save(product)

    assert told() == [("product.updated", SHOE)] * 2


def test_a_thousand_products_by_one_statement(webhook: Webhook):
    Product.objects.bulk_create(
        Product(sku=f"P-{number}", title="P", slug=f"p-{number}", price=1) for number in range(1000)
    )

    assert {kind for kind, _ in told()} == {"product.created"}
    assert {data["sku"] for _, data in told()} == {f"P-{number}" for number in range(1000)}


def test_a_rolled_back_change_is_not_told(product: Product):
    with transaction.atomic():
        by_save(product)
        transaction.set_rollback(True)

    assert told() == []


def test_a_rolled_back_savepoint_takes_its_part_along(product: Product):
    with transaction.atomic():
        by_tags_set(product)
        with transaction.atomic():
            product.delete()
            transaction.set_rollback(True)

    assert told() == [("product.updated", SHOE)]


def test_nothing_is_written_where_no_webhook_wants_it(receiver: Receiver):
    make_product()
    make_webhook(receiver, "image.ready")
    make_webhook(receiver, enabled=False)
    make_product()

    assert told() == []


def test_each_webhook_gets_what_it_wants_once(receiver: Receiver):
    everything = make_webhook(receiver)
    deleted = make_webhook(receiver, "product.deleted")
    make_webhook(receiver, enabled=False)
    make_product(sku="A")
    make_product(sku="B").delete()

    assert webhooks.hand_on() == 3
    assert webhooks.hand_on() == 0

    assert sorted(each.event.type for each in everything.deliveries.all()) == [
        *("product.created", "product.created", "product.deleted"),
    ]
    assert [each.event.data["sku"] for each in deleted.deliveries.all()] == ["B"]
    assert not WebhookEvent.objects.exclude(transaction_id=None).exists()


def test_what_nobody_wants_any_more_is_forgotten(webhook: Webhook):
    make_product()
    webhooks.delete_webhook(webhook)

    assert webhooks.hand_on() == 1
    assert told() == []
