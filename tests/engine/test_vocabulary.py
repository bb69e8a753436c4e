"""The shop's words and how many products have them, as the sweep counts them."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from catalog.models import Product
from search.engine.words import vocabulary
from search.models import Word
from search.services import reconcile
from tests.engine import gallery
from tests.factories import make_product


def counted() -> dict[str, int]:
    return dict(Word.objects.values_list("word", "products"))


@pytest.mark.django_db
def test_words_of_titles_and_tags_of_published_products() -> None:
    make_product(title="Red Crème lamp", description="unheard of", tags=("material:oak",))
    make_product(title="Red XB75 at 12", tags=("material:oak",))
    make_product(title="Hidden", status="draft")
    vocabulary.refresh()

    assert counted() == {"red": 2, "creme": 1, "lamp": 1, "oak": 2}


@pytest.mark.django_db
def test_a_new_count_says_what_changed() -> None:
    lamp = make_product(title="Red lamp")
    make_product(title="Red cup")
    assert vocabulary.refresh() == 3
    assert vocabulary.refresh() == 0

    Product.objects.filter(pk=lamp.pk).update(title="Green lamp")
    assert vocabulary.refresh() == 2
    assert counted() == {"red": 1, "cup": 1, "lamp": 1, "green": 1}

    Product.objects.all().delete()
    assert vocabulary.refresh() == 4
    assert counted() == {}


@pytest.mark.django_db
def test_the_deep_sweep_counts() -> None:
    gallery.make_space()
    make_product(title="Lamp")
    reconcile(deep=False)
    assert counted() == {}

    reconcile(deep=True)
    assert counted() == {"lamp": 1}


@pytest.mark.django_db(transaction=True)
def test_a_second_count_at_the_same_time_does_nothing() -> None:
    make_product(title="Lamp")
    with psycopg.connect(connection.connection.info.dsn, password=password()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [vocabulary.LOCK])

        assert vocabulary.refresh() == 0
    vocabulary.refresh()
    assert counted() == {"lamp": 1}


def password() -> str:
    return str(connection.settings_dict["PASSWORD"])
