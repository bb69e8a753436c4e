"""A product's words as they are searched."""

from __future__ import annotations

import re

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models.functions import Length

from catalog.models import Product
from search import documents
from search.engine.lexemes import CONFIGS
from search.models import ProductDocument
from tests.factories import make_category, make_product, make_tag

pytestmark = pytest.mark.django_db


def weights_of(word: str) -> set[str]:
    """Under which weights the one document holds the word, as it stands."""
    return {
        weight
        for weight in "ABCD"
        if ProductDocument.objects.filter(
            document=SearchQuery(f"{word}:{weight}", config="simple", search_type="raw")
        ).exists()
    }


def test_every_part_has_its_weight():
    category = make_category("Footwear", parent=make_category("Leather"))
    make_product(
        sku="AB12",
        title="Boots",
        description="Waterproof",
        category=category,
        tags=("colour:crimson",),
    )

    found = {word: weights_of(word) for word in ("ab12", "boots", "crimson", "footwear", "leather")}
    assert found == {
        "ab12": {"A"},
        "boots": {"A"},
        "crimson": {"B"},
        "footwear": {"B"},
        "leather": {"B"},
    }
    assert weights_of("waterproof") == {"C"}


def test_words_are_stored_as_they_stand_and_as_their_stem():
    make_product(title="Running shoes")

    assert weights_of("shoes") == {"A"}
    assert weights_of("shoe") == {"A"}
    assert weights_of("run") == {"A"}


def test_documents_and_questions_are_cut_into_words_by_the_same_configurations():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'search_wanted_documents'")
        [(source,)] = cursor.fetchall()

    assert set(re.findall(r"to_tsvector\('(\w+)'", source)) == set(CONFIGS)


def test_accents_are_left_out():
    make_product(title="Café crème", tags=("goût:épicé",))

    assert weights_of("cafe") == {"A"}
    assert weights_of("epice") == {"B"}
    assert ProductDocument.objects.get().words == "Cafe creme epice"


def test_a_changed_title_is_searched_at_once():
    product = make_product(title="Boots")
    product.title = "Sandals"
    product.save()

    assert (weights_of("boots"), weights_of("sandals")) == (set(), {"A"})


def test_a_renamed_tag_and_category_are_searched_at_once():
    category, tag = make_category("Footwear"), make_tag("colour:crimson")
    make_product(category=category, tags=("colour:crimson",))

    tag.value = "scarlet"
    tag.save()
    category.name = "Headgear"
    category.save()

    assert (weights_of("crimson"), weights_of("scarlet")) == (set(), {"B"})
    assert (weights_of("footwear"), weights_of("headgear")) == (set(), {"B"})


def test_a_description_beyond_all_measure_can_still_be_saved():
    words = " ".join(f"word{number}" for number in range(400_000))

    product = make_product(description=words)

    assert Product.objects.annotate(n=Length("description")).get(pk=product.pk).n == len(words)
    assert weights_of("word1") == {"C"}


def test_refresh_mends_what_drifted_and_touches_nothing_else():
    changed, missing, untouched = (make_product(title=f"Thing {n}") for n in range(3))
    ProductDocument.objects.filter(product=changed).update(words="Sandals")
    ProductDocument.objects.filter(product=missing).delete()
    before = place_of_the_row(untouched)

    assert documents.drift() == 2
    assert documents.refresh() == 2

    assert ProductDocument.objects.get(product=changed).words == "Thing 0"
    assert ProductDocument.objects.get(product=missing).words == "Thing 1"
    assert place_of_the_row(untouched) == before
    assert documents.drift() == 0


def place_of_the_row(product: Product) -> str:
    """Postgres moves a row with every write to it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctid::text FROM search_productdocument WHERE product_id = %s", [product.pk]
        )
        [(place,)] = cursor.fetchall()
    return place


def test_refresh_of_some_leaves_the_others():
    first, second = make_product(), make_product()
    ProductDocument.objects.update(words="drifted")

    assert documents.refresh([first.pk]) == 1

    assert ProductDocument.objects.get(product=first).words == first.title
    assert ProductDocument.objects.get(product=second).words == "drifted"
