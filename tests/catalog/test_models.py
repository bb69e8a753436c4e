"""Slugs, names and the rules that rows keep."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog.models import Category, Tag
from tests.factories import add_photo, make_category, make_product, make_tag

pytestmark = pytest.mark.django_db


def test_slugs_are_readable_and_unique():
    slugs = [make_product(title="Red Mug").slug for _ in range(3)]
    assert slugs[0] == "red-mug"
    assert all(slug.startswith("red-mug") for slug in slugs)
    assert len(set(slugs)) == 3


def test_a_title_without_latin_letters_has_a_slug_too():
    slugs = [make_product(title="红色连衣裙", sku=f"DR {n}").slug for n in range(2)]
    assert slugs == ["dr-0", "dr-1"]
    nameless = [make_product(title="マグカップ", sku=sku).slug for sku in ("一", "二")]
    nameless += [make_category("女装").slug, make_category("男装").slug]
    assert [len(slug) for slug in nameless] == [12, 12, 12, 12]
    assert len(set(nameless)) == 4


def test_a_slug_stays_when_the_title_changes():
    product = make_product(title="Red Mug")
    product.title = "Blue Mug"
    product.save()
    assert product.slug == "red-mug"


def test_categories_of_one_name_may_stand_under_different_parents_only():
    home, garden = make_category("Home"), make_category("Garden")
    slugs = {make_category("Lamps", parent=parent).slug for parent in (home, garden)}
    assert len(slugs) == 2
    for parent in (home, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            Category.objects.create(name="Lamps" if parent else "Home", parent=parent)


def test_a_category_can_not_lie_below_itself():
    home = make_category("Home")
    kitchen = make_category("Kitchen", parent=home)
    home.parent = kitchen
    with pytest.raises(ValidationError, match="below itself"):
        home.clean()


def test_tags_are_called_by_facet_and_value():
    assert make_tag("colour:red").name == "colour:red"
    assert make_tag("sale").name == "sale"
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(facet="a:b", value="c")


def test_the_main_image_has_the_lowest_position():
    product = make_product()
    add_photo(product, 1, position=5)
    first = add_photo(product, 2, position=2)
    assert product.main_image == first
    assert make_product().main_image is None


def test_thumbnails_lie_beside_the_file():
    image = add_photo(make_product())
    assert image.thumbnail_url(480) == f"/media/{image.file.name}".replace("full.jpg", "480.webp")
