"""A page costs the database the same, whether it shows two products or twenty."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_category
from tests.pages.views.conftest import Ask, fill, photo
from tests.pages.views.reading import Reading

pytestmark = pytest.mark.django_db


def statements(client: Client, address: str, *, shown: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert len(Reading(response).titles) == shown
    return len(captured)


@pytest.mark.parametrize(
    ("address", "few", "many"),
    [
        ("/", 3, 12),
        ("/c/lamps/", 3, 20),
        ("/c/lamps/?facet_tags=colour:red&facet_tags=sale&price_min=1&in_stock=1", 3, 20),
        ("/c/lamps/?q=lamp&sort=price", 3, 20),
        ("photo", 3, 20),
        ("photo?tags=colour:red&in_stock=1&category=lamps&q=lamp&sort=price", 3, 20),
        ("photo?facet_tags=colour:red&facet_tags=sale&category=lamps&price_min=1", 3, 20),
        ("words", 3, 20),
        ("product", 2, 19),
    ],
)
def test_constant_in_the_number_of_products(
    client: Client, ask: Ask, address: str, few: int, many: int
):
    lamps = make_category("Lamps", parent=make_category("Home"))
    details = {"category": lamps, "tags": ("colour:red", "sale")}
    [first, *_] = fill(3, **details)
    forms = {
        "photo": lambda: {"image": photo(1)},
        "words": lambda: {"q": "lamp"},
        "product": lambda: {"product": first.sku},
    }
    before = statements(client, address_of(address, forms, ask), shown=few)
    fill(17, **details)

    assert statements(client, address_of(address, forms, ask), shown=many) == before


def test_a_products_page_costs_the_same_beside_many_others(client: Client):
    lamps = make_category("Lamps", parent=make_category("Home"))
    fill(12, category=lamps)
    before = statements(client, "/p/lamp-0/", shown=11)
    fill(30, category=lamps)

    assert statements(client, "/p/lamp-0/", shown=16) == before


def address_of(address: str, forms: dict[str, Any], ask: Ask) -> str:
    """The address; of a question's results, asked anew: an earlier one keeps what it found."""
    name, _, query = address.partition("?")
    return f"{ask(**forms[name]())}?{query}" if name in forms else address
