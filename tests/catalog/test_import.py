"""An import: every good row goes in whole, every bad one is named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.importing import ImportReport, import_catalog
from catalog.models import Category, Product, ProductImage, Tag
from tests.catalog.tables import write_photos, write_table
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db

MUG = "M1,Red mug,For tea,Home > Kitchen > Mugs,colour:red; sale,12.90,EUR,5,active,a.jpg;b.jpg"


def run(table: Path, images: Path | None = None, **options: Any) -> ImportReport:
    return import_catalog(table=table, images=images, **options)


def problem(report: ImportReport) -> tuple[int, str, str]:
    assert len(report.problems) == 1
    only = report.problems[0]
    return only.line, only.sku, only.field


def test_a_row_becomes_a_product_with_all_that_belongs_to_it(tmp_path):
    report = run(write_table(tmp_path, MUG), write_photos(tmp_path, "a.jpg", "b.jpg"))
    product = Product.objects.get(sku="M1")
    assert (product.title, product.description) == ("Red mug", "For tea")
    assert (product.price, product.currency, product.stock) == (Decimal("12.90"), "EUR", 5)
    assert product.status == Product.Status.ACTIVE
    assert [tag.name for tag in product.tags.all()] == ["sale", "colour:red"]
    assert category_path(product.category) == ["Home", "Kitchen", "Mugs"]
    assert [image.position for image in product.images.all()] == [0, 1]
    assert (report.created, report.images_added, report.ok) == (1, 2, True)


def category_path(category: Category | None) -> list[str]:
    return [*category_path(category.parent), category.name] if category else []


def test_a_second_import_changes_nothing(tmp_path):
    table, images = write_table(tmp_path, MUG), write_photos(tmp_path, "a.jpg", "b.jpg")
    run(table, images)
    before = everything()
    report = run(table, images)
    assert everything() == before
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert (report.images_added, report.images_kept, report.images_removed) == (0, 2, 0)


def everything() -> list[list[dict]]:
    return [list(model.objects.order_by("pk").values()) for model in (Product, ProductImage, Tag)]


def test_a_row_with_a_known_sku_updates_the_product(tmp_path):
    product = make_product(sku="M1", title="Old", price=1, tags=("old",))
    report = run(write_table(tmp_path, MUG))
    product.refresh_from_db()
    assert product.title == "Red mug"
    assert {tag.name for tag in product.tags.all()} == {"sale", "colour:red"}
    assert (report.created, report.updated) == (0, 1)


def test_columns_that_are_missing_leave_their_values_alone(tmp_path):
    make_product(sku="M1", description="Stays", stock=9, tags=("stays",), status="archived")
    run(write_table(tmp_path, "M1,New title,2.50", header="sku,title,price"))
    product = Product.objects.get(sku="M1")
    assert (product.title, product.price) == ("New title", Decimal("2.50"))
    assert (product.description, product.stock, product.status) == ("Stays", 9, "archived")
    assert [tag.name for tag in product.tags.all()] == ["stays"]


def test_empty_cells_empty_what_may_be_empty(tmp_path):
    product = make_product(sku="M1", description="Goes", tags=("goes",))
    add_photo(product)
    run(write_table(tmp_path, "M1,Title,,,,3,,,,"))
    product.refresh_from_db()
    assert (product.description, product.category, product.currency) == ("", None, "EUR")
    assert product.tags.count() == 0
    assert product.images.count() == 1


def test_images_follow_the_table_in_order_and_number(tmp_path):
    images = write_photos(tmp_path, "a.jpg", "b.jpg", "c.jpg")
    run(write_table(tmp_path, MUG), images)
    kept = Product.objects.get().images.last()
    report = run(write_table(tmp_path, MUG.replace("a.jpg;b.jpg", "b.jpg;c.jpg")), images)
    after = list(Product.objects.get().images.all())
    assert after[0] == kept
    assert [image.position for image in after] == [0, 1]
    assert (report.images_added, report.images_kept, report.images_removed) == (1, 1, 1)


def test_the_same_picture_twice_in_a_row_is_stored_once(tmp_path):
    images = write_photos(tmp_path, "a.jpg")
    (images / "b.jpg").write_bytes((images / "a.jpg").read_bytes())
    run(write_table(tmp_path, MUG), images)
    assert run(write_table(tmp_path, MUG), images).unchanged == 1
    assert ProductImage.objects.count() == 1


def test_one_bad_row_among_many_is_named_and_the_others_go_in(tmp_path):
    rows = [f"S{number},Thing {number},,,,1.00,,,," for number in range(50)]
    rows[30] = "S30,Thing 30,,,,cheap,,,,"
    report = run(write_table(tmp_path, *rows))
    assert Product.objects.count() == 49
    assert problem(report) == (32, "S30", "price")
    assert "“cheap” is no price. Write a number such as 19.90" in report.problems[0].message
    assert (report.rows, report.created, report.failed) == (50, 49, 1)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",Title,,,,1,,,,", "sku"),
        ("S,,,,,1,,,,", "title"),
        (f"S,{'x' * 201},,,,1,,,,", "title"),
        ("S,Title,,A > > B,,1,,,,", "category"),
        ("S,Title,,,colour:,1,,,,", "tags"),
        ("S,Title,,,:red,1,,,,", "tags"),
        ("S,Title,,,,,,,,", "price"),
        ("S,Title,,,,-1,,,,", "price"),
        ("S,Title,,,,NaN,,,,", "price"),
        ("S,Title,,,,1e3,,,,", "price"),
        ("S,Title,,,,1.999,,,,", "price"),
        ("S,Title,,,,$5,,,,", "price"),
        ("S,Title,,,,1,Euro,,,", "currency"),
        ("S,Title,,,,1,,many,,", "stock"),
        ("S,Title,,,,1,,-3,,", "stock"),
        ("S,Title,,,,1,,,sold,", "status"),
        ("S,Title,,,,1,,,,,surplus", ""),
    ],
)
def test_a_value_that_makes_no_sense_is_named_by_its_column(tmp_path, row, column):
    report = run(write_table(tmp_path, row))
    line, _, field = problem(report)
    assert (line, field) == (2, column)
    assert Product.objects.count() == 0


def test_all_that_is_wrong_with_a_row_is_named_at_once(tmp_path):
    report = run(write_table(tmp_path, "S,,,,,x,,y,,"))
    assert [each.field for each in report.problems] == ["title", "price", "stock"]
    assert report.failed == 1


def test_a_sku_that_comes_twice_is_taken_once(tmp_path):
    report = run(write_table(tmp_path, "S,First,,,,1,,,,", "S,Second,,,,2,,,,"))
    assert Product.objects.get().title == "First"
    assert problem(report) == (3, "S", "sku")
    assert "line 2" in report.problems[0].message


def test_a_product_with_a_missing_picture_is_not_half_imported(tmp_path, media_folder):
    report = run(write_table(tmp_path, MUG), write_photos(tmp_path, "a.jpg", "B.jpg"))
    assert problem(report) == (2, "M1", "images")
    assert "There is no picture “b.jpg”. Did you mean “B.jpg”?" in report.problems[0].message
    assert Product.objects.count() == Category.objects.count() == Tag.objects.count() == 0
    assert [path for path in media_folder.rglob("*") if path.is_file()] == []


def test_a_category_made_by_a_row_that_failed_is_made_again_by_the_next(tmp_path):
    images = write_photos(tmp_path, "a.jpg")
    rows = ["S1,One,,Home > Mugs,new,1,,,,gone.jpg", "S2,Two,,Home > Mugs,new,1,,,,a.jpg"]
    run(write_table(tmp_path, *rows), images)
    assert category_path(Product.objects.get(sku="S2").category) == ["Home", "Mugs"]


def test_a_picture_that_is_none_is_named_with_the_reason(tmp_path):
    images = write_photos(tmp_path, "a.jpg")
    (images / "b.jpg").write_text("a shopping list")
    report = run(write_table(tmp_path, MUG), images)
    assert report.problems[0].message.startswith("“b.jpg”: This is not a picture we can read.")
    assert Product.objects.count() == 0


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/passwd", "link.jpg", "n" * 300])
def test_pictures_outside_the_folder_are_out_of_reach(tmp_path, name):
    images = write_photos(tmp_path, "a.jpg")
    write_photos(tmp_path, "../secret.jpg")
    (images / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    report = run(write_table(tmp_path, f"S,Title,,,,1,,,,{name}"), images)
    assert problem(report) == (2, "S", "images")


def test_without_pictures_the_named_ones_are_left_as_they_are(tmp_path):
    report = run(write_table(tmp_path, MUG))
    assert report.ok
    assert Product.objects.get().images.count() == 0
    assert report.notices == [
        (
            "1 rows name images, but no folder or zip was given: images were left as they are. "
            "Name one with --images."
        )
    ]


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path, media_folder):
    table = write_table(tmp_path, MUG, "S2,Two,,,,cheap,,,,")
    images = write_photos(tmp_path, "a.jpg", "b.jpg")
    dry = run(table, images, dry_run=True)
    assert Product.objects.count() == Category.objects.count() == Tag.objects.count() == 0
    assert not media_folder.exists()
    wet = run(table, images)
    assert {**dry.as_dict(), "dry_run": False} == wet.as_dict()


def test_progress_counts_every_row(tmp_path):
    told = []
    rows = ["S1,One,,,,1,,,,", "S2,Two,,,,x,,,,"]
    run(write_table(tmp_path, *rows), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_a_category_of_endless_steps_keeps_out_its_own_row_only(tmp_path):
    endless = " > ".join(f"step {number}" for number in range(2000))
    rows = [f"A,T,{endless},1", "B,T,Home,1"]
    report = run(write_table(tmp_path, *rows, header="sku,title,category,price"))
    assert problem(report) == (2, "A", "category")
    assert "has 2000 steps. At most 20 are taken." in report.problems[0].message
    assert [product.sku for product in Product.objects.all()] == ["B"]
    assert [category.name for category in Category.objects.all()] == ["Home"]
