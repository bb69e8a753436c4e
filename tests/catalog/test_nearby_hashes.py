"""Hashes that differ in few bits are found, all of them and no others, through the index."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.duplicates import nearby
from catalog.duplicates.nearest import statement
from catalog.hamming import Bands, band_keys
from catalog.images import FLAT
from catalog.models import ProductImage
from tests.catalog.hashes import BIGINTS, BITS, LEAST, MOST, bits_apart, flipped, row, rows
from tests.factories import make_product

pytestmark = pytest.mark.django_db

BANDS_READ = "Bitmap Index Scan image_phash_bands"


@given(phash=BIGINTS, bits=st.sets(BITS, max_size=7))
def test_near_hashes_share_one_of_4_or_of_68_keys(phash, bits):
    other = set(band_keys(flipped(phash, bits), distance=0))
    for distance, keys in ((3, 4), (7, 68)):
        wanted = set(band_keys(phash, distance=distance))
        assert len(wanted) == keys
        assert len(bits) > distance or wanted & other


@settings(max_examples=30, deadline=None)
@given(phash=st.sampled_from([LEAST, MOST, -1, 1]) | BIGINTS)
def test_postgres_keeps_the_signed_number_and_makes_the_same_keys(phash):
    image = row(phash)
    stored = ProductImage.objects.annotate(bands=Bands("phash")).get(pk=image.pk)
    assert stored.phash == phash
    assert stored.bands == band_keys(phash, distance=3)


def test_a_flat_or_missing_hash_has_no_keys():
    row(FLAT)
    row(None)
    bands = ProductImage.objects.annotate(bands=Bands("phash")).values_list("bands", flat=True)
    assert list(bands) == [None, None]


@settings(max_examples=60, deadline=None)
@given(phash=BIGINTS, bits=st.sets(BITS, max_size=9), distance=st.integers(0, 7))
def test_a_hash_is_found_up_to_the_distance_and_not_beyond(phash, bits, distance):
    ProductImage.objects.all().delete()
    other = flipped(phash, bits) or 1
    image, apart = row(other), bits_apart(phash, other)
    expected = [(image.pk, phash, apart)] if apart <= distance else []
    assert nearby(hashes=[phash], distance=distance) == expected


@pytest.mark.parametrize("distance", [-1, 8])
def test_a_distance_beyond_the_keys_is_refused(distance):
    with pytest.raises(ValueError, match="0 to 7 bits"):
        nearby(hashes=[1], distance=distance)


def test_the_nearest_come_first_and_the_limit_cuts_the_rest():
    own = 0x0123_4567_89AB_CDEF
    far, equal, close = rows(flipped(own, {0, 20, 40}), own, flipped(own, {63}))
    found = [each.image_id for each in nearby(hashes=[own])]
    assert found == [equal.pk, close.pk, far.pk]
    assert [each.image_id for each in nearby(hashes=[own], limit=2)] == [equal.pk, close.pk]


def test_equal_bands_in_other_places_are_not_near():
    rows(0x0001_0002_0003_0004)
    assert nearby(hashes=[0x0004_0001_0002_0003], distance=7) == []


def test_several_hashes_are_asked_at_once():
    first, second = rows(0x1111_2222_3333_4444, 0x5555_6666_7777_8888)
    hashes = [0x1111_2222_3333_4445, 0x5555_6666_7777_8888]
    assert nearby(hashes=hashes) == [(second.pk, hashes[1], 0), (first.pk, hashes[0], 1)]


def test_products_can_be_left_out():
    mine, other = row(5), row(5)
    found = nearby(hashes=[5], but_products=[mine.product_id])
    assert [each.image_id for each in found] == [other.pk]


def test_flat_pictures_are_near_to_nothing():
    rows(FLAT, 1, 3)
    assert nearby(hashes=[FLAT], distance=7) == []
    assert nearby(hashes=[]) == []


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[int]]:
    """The hashes of 20,000 images: enough for the planner to have a choice."""
    dice = random.Random(3)
    hashes = [dice.randint(LEAST, MOST) for _ in range(20_000)]
    with django_db_blocker.unblock():
        owner = make_product()
        ProductImage.objects.bulk_create(
            ProductImage(product=owner, checksum=str(place), phash=phash)
            for place, phash in enumerate(hashes)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE catalog_productimage")
        yield hashes
        ProductImage.objects.filter(product=owner).delete()
        owner.delete()


def plan_of(hashes: list[int], distance: int) -> list[str]:
    """Node types and the indexes they read, top down."""
    sql, values = statement(hashes, distance)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        [(described,)] = cursor.fetchall()
    return list(nodes(described[0]["Plan"]))


def nodes(node: dict[str, Any]) -> Iterator[str]:
    yield " ".join([node["Node Type"], *filter(None, [node.get("Index Name")])])
    for child in node.get("Plans", []):
        yield from nodes(child)


@pytest.mark.parametrize("random_page_cost", [1.1, 4])
@pytest.mark.parametrize(("asked", "distance"), [(1, 3), (1, 7), (20, 3), (20, 7)])
def test_the_bands_are_read_from_their_index(crowd, asked, distance, random_page_cost):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('random_page_cost', %s, true)", [str(random_page_cost)])
    found = plan_of(crowd[:asked], distance)
    assert BANDS_READ in found
    assert not {"Seq Scan", "Gather", "Gather Merge"} & set(found)


def test_images_without_a_hash_have_an_index(crowd):
    waiting = ProductImage.objects.filter(phash=None, pk__gt=1).order_by("pk")[:100]
    assert "image_without_phash" in waiting.explain()
