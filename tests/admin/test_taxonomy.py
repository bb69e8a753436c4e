"""Categories as a tree, and tags."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Category, Tag
from tests.factories import make_category, make_product

CATEGORIES = reverse("admin:catalog_category_changelist")


def test_tree_is_shown_from_the_root_down_with_its_steps(staff: Client):
    home = make_category("Home")
    wear = make_category("Wear")
    make_category("Pans", parent=make_category("Kitchen", parent=home))
    make_category("Hats", parent=wear)
    page = staff.get(CATEGORIES).content.decode()
    branches = re.findall(r'class="branch branch-(\d)">(\w+)<', page)
    assert branches == [
        ("0", "Home"),
        ("1", "Kitchen"),
        ("2", "Pans"),
        ("0", "Wear"),
        ("1", "Hats"),
    ]


def test_category_below_itself_is_refused(staff: Client):
    home = make_category("Home")
    kitchen = make_category("Kitchen", parent=home)
    page = reverse("admin:catalog_category_change", args=[home.pk])
    answer = staff.post(page, {"name": "Home", "slug": home.slug, "parent": kitchen.pk})
    errors = answer.context["adminform"].form.errors
    assert errors == {"parent": ["A category can't lie below itself."]}
    assert Category.objects.get(pk=home.pk).parent is None


@pytest.mark.parametrize(
    ("facet", "value", "field", "message"),
    [
        ("a:b", "c", "facet", "A facet has no colon. Take it out."),
        (
            "",
            "colour:red",
            "value",
            "Put what stands before the colon into the facet, and the rest here.",
        ),
    ],
)
def test_tag_that_would_be_called_like_another_is_refused(
    staff: Client, facet: str, value: str, field: str, message: str
):
    answer = staff.post(reverse("admin:catalog_tag_add"), {"facet": facet, "value": value})
    assert answer.context["adminform"].form.errors == {field: [message]}
    assert not Tag.objects.exists()


def test_tag_list_counts_products(staff: Client):
    make_product(tags=("colour:red",))
    make_product(tags=("colour:red",))
    page = staff.get(reverse("admin:catalog_tag_changelist")).content.decode()
    assert re.search(r'class="field-product_count">2<', page)


def test_autocomplete_finds_categories_and_tags(staff: Client):
    make_category("Kitchen")
    make_product(tags=("colour:red",))
    for field, term, label in (("category", "kit", "Kitchen"), ("tags", "red", "colour:red")):
        asked = {"app_label": "catalog", "model_name": "product", "field_name": field, "term": term}
        (found,) = staff.get(reverse("admin:autocomplete"), asked).json()["results"]
        assert found["text"] == label
