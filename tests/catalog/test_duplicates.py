"""The same photo twice: an image's twins, and the groups of the whole gallery."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import services
from catalog.duplicates import Twin, find_groups, twins_elsewhere, twins_of
from catalog.images import FLAT
from catalog.models import ProductImage
from tests.catalog.hashes import BIGINTS, BITS, bits_apart, flipped, row, rows
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product

pytestmark = pytest.mark.django_db


def told(twins: list[Twin]) -> list[tuple[int, bool, int]]:
    return [(twin.image.pk, twin.same_file, twin.bits_apart) for twin in twins]


def grouped(distance: int = 3) -> list[list[int]]:
    return sorted([image.pk for image in group.images] for group in find_groups(distance=distance))


def test_the_same_file_comes_before_a_copy_that_was_encoded_again():
    first, second = make_product(), make_product()
    photo = draw_photo(5, size=(640, 480))
    image = services.add_image(product=first, data=jpeg_bytes(photo))
    half = jpeg_bytes(photo.resize((320, 240)), quality=60)
    copy = services.add_image(product=second, data=half)
    file = services.add_image(product=first, data=jpeg_bytes(photo))
    add_photo(second, 6)
    apart = bits_apart(image.phash or 0, copy.phash or 0)
    assert told(twins_of(image=image)) == [(file.pk, True, 0), (copy.pk, False, apart)]


def test_twins_elsewhere_leave_out_the_own_product():
    product = make_product()
    image, beside = row(5, product), row(5, product)
    other = row(7)
    found = twins_elsewhere(images=[image, beside])
    assert [told(found[each.pk]) for each in (image, beside)] == [[(other.pk, False, 1)]] * 2


def test_flat_pictures_are_twins_by_file_alone():
    white, again, grey = (row(FLAT, checksum=each) for each in ("white", "white", "grey"))
    assert told(twins_of(image=white)) == [(again.pk, True, 0)]
    assert twins_of(image=grey) == []


def test_images_that_wait_for_their_hash_are_twins_by_file():
    waiting, done = row(None, checksum="same"), row(77, checksum="same")
    assert told(twins_of(image=waiting)) == [(done.pk, True, 0)]
    assert told(twins_of(image=done)) == [(waiting.pk, True, 0)]


def test_the_images_of_a_product_are_asked_about_in_two_queries():
    product, hashes = make_product(), (0x1111_2222, 0x3333_4444, -0x5555_6666)
    images = [row(each, product) for each in hashes]
    others = [row(each) for each in hashes]
    with CaptureQueriesContext(connection) as captured:
        found = twins_elsewhere(images=images)
        skus = [[twin.image.product.sku for twin in found[image.pk]] for image in images]
    assert skus == [[other.product.sku] for other in others]
    assert len(captured) == 2


def test_no_images_have_no_twins():
    assert twins_elsewhere(images=[]) == {}


def test_groups_tell_a_photo_on_two_products_from_a_file_twice_on_one():
    first, second = make_product(sku="A"), make_product(sku="B")
    photo = draw_photo(1, size=(640, 480))
    one = services.add_image(product=first, data=jpeg_bytes(photo))
    two = services.add_image(product=second, data=jpeg_bytes(photo, quality=50))
    three, four = add_photo(second, 2), add_photo(second, 2)
    add_photo(second, 3)
    found = [
        ([image.pk for image in group.images], group.skus, group.same_file)
        for group in find_groups()
    ]
    assert sorted(found) == [
        ([one.pk, two.pk], ["A", "B"], False),
        ([three.pk, four.pk], ["B"], True),
    ]


@settings(max_examples=25, deadline=None)
@given(
    base=BIGINTS,
    changes=st.lists(st.sets(BITS, max_size=8), max_size=8),
    distance=st.sampled_from([0, 2, 3, 5, 7]),
)
def test_groups_are_those_of_comparing_every_pair(base, changes, distance):
    ProductImage.objects.all().delete()
    images = rows(base, *(flipped(base, bits) or 1 for bits in changes))
    assert grouped(distance) == families(images, distance)


def families(images: list[ProductImage], distance: int) -> list[list[int]]:
    """The groups as a person would make them: each image joins all that it touches."""
    found: list[list[ProductImage]] = []
    for image in images:
        touched = [
            family
            for family in found
            if any(bits_apart(image.phash or 0, each.phash or 0) <= distance for each in family)
        ]
        found = [family for family in found if family not in touched]
        found.append([image, *(each for family in touched for each in family)])
    return sorted(sorted(each.pk for each in family) for family in found if len(family) > 1)


def test_flat_pictures_are_a_group_only_where_their_file_is_the_same():
    rows(FLAT, FLAT, FLAT)
    same = [row(FLAT, checksum="white"), row(FLAT, checksum="white")]
    assert grouped() == [[image.pk for image in same]]


def test_one_file_with_two_hashes_and_one_without_is_one_group():
    same = [row(each, checksum="same") for each in (0xFF00, -0xFF00FF00, None)]
    near = row(0xFF01)
    assert grouped() == [[*(image.pk for image in same), near.pk]]


def test_a_placeholder_with_many_images_is_one_group_and_no_description_is_read():
    images = rows(*[4711] * 300)
    with CaptureQueriesContext(connection) as captured:
        assert grouped() == [[image.pk for image in images]]
    assert not [each["sql"] for each in captured if "description" in each["sql"]]
