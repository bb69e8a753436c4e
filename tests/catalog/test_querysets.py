"""The catalogue's words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.models import Category, Product
from tests.factories import add_photo, make_category, make_product, make_tag

pytestmark = pytest.mark.django_db


def test_published_leaves_out_drafts_and_archived():
    make_product(status="draft")
    make_product(status="archived")
    shown = make_product()
    assert list(Product.objects.published()) == [shown]


def test_in_category_takes_the_whole_subtree():
    home = make_category()
    kitchen = make_category(parent=home)
    mugs = make_category(parent=kitchen)
    inside = [make_product(category=each) for each in (home, kitchen, mugs)]
    make_product(category=make_category())
    make_product()
    assert set(Product.objects.in_category(home)) == set(inside)
    assert set(Product.objects.in_category(mugs)) == {inside[2]}


def test_tagged_wants_every_tag():
    both = make_product(tags=("colour:red", "sale"))
    make_product(tags=("colour:red",))
    make_product()
    tags = [make_tag("colour:red"), make_tag("sale")]
    assert list(Product.objects.tagged(*tags)) == [both]


def test_priced_includes_both_ends():
    cheap, middle, dear = (make_product(price=Decimal(price)) for price in ("5", "10", "20"))
    assert set(Product.objects.priced(low=Decimal(5), high=Decimal(10))) == {cheap, middle}
    assert set(Product.objects.priced(low=Decimal("10.01"))) == {dear}
    assert Product.objects.priced().count() == 3


def test_cards_cost_a_fixed_number_of_queries(django_assert_num_queries):
    for _ in range(4):
        product = make_product(category=make_category(), tags=("colour:red",))
        add_photo(product)
    with django_assert_num_queries(3):
        for product in Product.objects.with_relations():
            assert product.category
            assert product.main_image
            assert [tag.name for tag in product.tags.all()] == ["colour:red"]


def test_a_moved_category_takes_the_paths_below_it_along():
    home, garden = make_category("Home"), make_category("Garden")
    kitchen = make_category("Kitchen", parent=home)
    mugs = make_category("Mugs", parent=kitchen)
    product = make_product(category=mugs)
    kitchen.parent = garden
    kitchen.save()
    assert Category.objects.get(pk=mugs.pk).path == [garden.pk, kitchen.pk, mugs.pk]
    assert list(Product.objects.in_category(garden)) == [product]
    assert list(Product.objects.in_category(home)) == []
