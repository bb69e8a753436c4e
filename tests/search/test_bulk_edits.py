"""Edits that fire no signals: what the index knows changes in their own statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.models import Category, Product, ProductImage, Tag
from search import documents, filter_columns, services
from search.models import EmbeddingJob, ImageEmbedding, ProductDocument
from tests.factories import add_photo, make_category, make_product, make_tag

pytestmark = pytest.mark.django_db

Links = Product.tags.through


@pytest.fixture
def products() -> list[Product]:
    """Two products of one category and tag, each with an embedded image."""
    category = make_category("Boots", parent=make_category("Shoes"))
    products = [
        make_product(title=f"Thing {number}", category=category, tags=("colour:red",))
        for number in range(2)
    ]
    for seed, product in enumerate(products):
        add_photo(product, seed=seed)
    services.embed_pending()
    return products


def column(name: str) -> list[Any]:
    """What the vector rows hold, in the order of their products."""
    return list(ImageEmbedding.objects.order_by("image_id").values_list(name, flat=True))


def words() -> list[str]:
    return list(ProductDocument.objects.order_by("pk").values_list("words", flat=True))


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def archive(products: list[Product]) -> None:
    Product.objects.filter(pk=products[0].pk).update(status="archived")


def archive_by_bulk_update(products: list[Product]) -> None:
    products[0].status = "archived"
    Product.objects.bulk_update(products, ["status"])


def archive_by_bulk_create(products: list[Product]) -> None:
    products[0].status = "archived"
    Product.objects.bulk_create(
        products, update_conflicts=True, unique_fields=["sku"], update_fields=["status"]
    )


def archive_by_sql(products: list[Product]) -> None:
    run("UPDATE catalog_product SET status = 'archived' WHERE id = %s", products[0].pk)


@pytest.mark.parametrize(
    "edit",
    [
        archive,
        archive_by_bulk_update,
        archive_by_bulk_create,
        archive_by_sql,
    ],
)
def test_a_status_is_followed_and_rolled_back_with_its_edit(
    products: list[Product], edit: Callable[[list[Product]], None]
):
    with transaction.atomic():
        edit(products)
        assert column("published") == [False, True]
        transaction.set_rollback(True)

    assert column("published") == [True, True]


def test_products_are_put_into_another_category_at_once(products: list[Product]):
    hats = make_category("Hats")

    with transaction.atomic():
        Product.objects.update(category=hats)
        assert column("category_ids") == [[hats.pk], [hats.pk]]
        assert (documents_with("hats"), documents_with("boots")) == (2, 0)
        transaction.set_rollback(True)

    path = products[0].category.path
    assert column("category_ids") == [path, path]


def documents_with(word: str) -> int:
    """How many documents hold the word."""
    return ProductDocument.objects.filter(document=word).count()


def test_products_are_taken_out_of_their_category(products: list[Product]):
    Product.objects.filter(pk=products[0].pk).update(category=None)

    assert column("category_ids") == [[], products[1].category.path]


def test_titles_changed_at_once_are_searched_at_once(products: list[Product]):
    with transaction.atomic():
        Product.objects.filter(pk=products[1].pk).update(title="Café")
        assert words() == ["Thing 0 red", "Cafe red"]
        transaction.set_rollback(True)

    assert words() == ["Thing 0 red", "Thing 1 red"]


def test_tags_put_on_products_through_bulk_create(products: list[Product]):
    red, sale = make_tag("colour:red"), make_tag("sale")

    with transaction.atomic():
        Links.objects.bulk_create(Links(product=product, tag=sale) for product in products)
        assert column("tag_ids") == [[red.pk, sale.pk]] * 2
        assert words() == ["Thing 0 sale red", "Thing 1 sale red"]
        transaction.set_rollback(True)

    assert column("tag_ids") == [[red.pk]] * 2


def test_tags_changed_by_an_update_of_the_links(products: list[Product]):
    red, blue = make_tag("colour:red"), make_tag("colour:blue")

    with transaction.atomic():
        Links.objects.filter(product=products[1]).update(tag=blue)
        assert column("tag_ids") == [[red.pk], [blue.pk]]
        assert words() == ["Thing 0 red", "Thing 1 blue"]
        transaction.set_rollback(True)

    assert column("tag_ids") == [[red.pk], [red.pk]]


def test_a_link_that_moves_to_another_product_is_followed_on_both(products: list[Product]):
    sale = make_tag("sale")
    products[0].tags.set([sale])

    Links.objects.filter(tag=sale).update(product=products[1])

    assert column("tag_ids") == [[], [make_tag("colour:red").pk, sale.pk]]


def test_tags_taken_off_by_a_deletion_of_the_links(products: list[Product]):
    red = make_tag("colour:red")

    with transaction.atomic():
        Links.objects.filter(product=products[0]).delete()
        assert column("tag_ids") == [[], [red.pk]]
        assert words() == ["Thing 0", "Thing 1 red"]
        transaction.set_rollback(True)

    assert column("tag_ids") == [[red.pk], [red.pk]]


def test_tags_deleted_at_once(products: list[Product]):
    Tag.objects.all().delete()

    assert column("tag_ids") == [[], []]
    assert words() == ["Thing 0", "Thing 1"]


def test_tags_renamed_at_once(products: list[Product]):
    Tag.objects.filter(value="red").update(value="crimson")

    assert words() == ["Thing 0 crimson", "Thing 1 crimson"]


def test_paths_changed_at_once(products: list[Product]):
    boots, hats = Category.objects.get(name="Boots"), make_category("Hats")

    with transaction.atomic():
        Category.objects.filter(pk=boots.pk).update(parent=hats, path=[hats.pk, boots.pk])
        assert column("category_ids") == [[hats.pk, boots.pk]] * 2
        assert (documents_with("hats"), documents_with("shoes")) == (2, 0)
        transaction.set_rollback(True)

    assert column("category_ids") == [boots.path, boots.path]


def test_a_category_above_renamed_at_once(products: list[Product]):
    Category.objects.filter(name="Shoes").update(name="Footwear")

    assert (documents_with("footwear"), documents_with("shoes")) == (2, 0)


def test_an_image_moved_by_an_update_takes_the_columns_of_its_new_product(products: list[Product]):
    first, second = products
    second.tags.set([make_tag("sale")])
    image = first.images.get()

    with transaction.atomic():
        ProductImage.objects.filter(pk=image.pk).update(product=second)
        assert column("product_id") == [second.pk, second.pk]
        assert column("tag_ids") == [[make_tag("sale").pk]] * 2
        transaction.set_rollback(True)

    assert column("product_id") == [first.pk, second.pk]


def test_images_deleted_by_sql_take_their_vectors_along(products: list[Product]):
    with transaction.atomic():
        EmbeddingJob.objects.all().delete()
        run("DELETE FROM catalog_productimage WHERE product_id = %s", products[0].pk)
        assert column("product_id") == [products[1].pk]
        transaction.set_rollback(True)

    assert column("product_id") == [product.pk for product in products]


def test_products_deleted_by_sql_leave_no_document(products: list[Product]):
    EmbeddingJob.objects.all().delete()
    run("DELETE FROM catalog_productimage")
    run("DELETE FROM catalog_product_tags")
    run("DELETE FROM catalog_product")
    run("SET CONSTRAINTS ALL IMMEDIATE")

    assert words() == []


def test_products_created_at_once_have_their_words(products: list[Product]):
    Product.objects.bulk_create(
        [Product(sku=name, slug=name, title=name, price=1) for name in ("hat", "cap")]
    )

    assert words()[2:] == ["hat", "cap"]


def test_rows_that_arrive_before_what_they_point_at_are_followed_in_the_end():
    """As in a dump that is restored table by table: foreign keys are checked at the commit."""
    product = make_product(title="Thing")
    run("INSERT INTO catalog_product_tags (product_id, tag_id) VALUES (%s, 900001)", product.pk)
    run("INSERT INTO catalog_tag (id, facet, value) VALUES (900001, '', 'sale')")
    Product.objects.update(category_id=900002)
    Category.objects.bulk_create([Category(pk=900002, name="Hats", slug="h", path=[900002])])

    assert words() == ["Thing sale"]
    assert documents_with("hats") == 1
    assert (documents.drift(), filter_columns.drift()) == (0, 0)


def test_an_edit_from_another_search_path_finds_the_tables(products: list[Product]):
    with transaction.atomic():
        run("SET LOCAL search_path = ''")
        run("UPDATE public.catalog_product SET status = 'draft', title = 'Hat'")
        run("DELETE FROM public.catalog_product_tags")
        run("SET LOCAL search_path = public")

    assert column("published") == [False, False]
    assert column("tag_ids") == [[], []]
    assert words() == ["Hat", "Hat"]


def test_prices_and_stock_changed_at_once_touch_neither_vectors_nor_documents(
    products: list[Product],
):
    before = places()

    Product.objects.update(price=99, stock=0)
    ProductImage.objects.update(alt="A thing")

    assert places() == before


def test_an_edit_that_changes_nothing_rewrites_nothing(products: list[Product]):
    before = places()

    Product.objects.update(status="active", category=products[0].category)
    Tag.objects.update(facet="colour")
    Category.objects.filter(name="Boots").update(path=products[0].category.path)

    assert places() == before


def test_only_rows_that_differ_are_written(products: list[Product]):
    before = places()

    Product.objects.filter(pk=products[0].pk).update(title="Hat")

    after = places()
    assert after[:-2] == before[:-2]
    assert len(set(before) - set(after)) == 1


def places() -> list[str]:
    """Where each derived row lies, vectors first: Postgres moves a row with every write to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text || image_id FROM search_imageembedding ORDER BY image_id")
        vectors = [place for (place,) in cursor.fetchall()]
        cursor.execute(
            "SELECT ctid::text || product_id FROM search_productdocument ORDER BY product_id"
        )
        return vectors + [place for (place,) in cursor.fetchall()]
