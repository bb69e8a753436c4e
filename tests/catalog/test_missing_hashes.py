"""Images that were stored without a hash get one from their stored file."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import services, tasks
from catalog.duplicates import hash_missing, hashing
from catalog.models import ProductImage
from tests.catalog.hashes import bits_apart
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product

pytestmark = pytest.mark.django_db


def forget_hashes() -> None:
    ProductImage.objects.update(phash=None)


def add_photos(number: int) -> list[ProductImage]:
    product = make_product()
    return [add_photo(product, seed) for seed in range(number)]


def test_the_hash_of_the_stored_file_is_that_of_the_upload_within_2_bits():
    before = [image.phash for image in add_photos(3)]
    forget_hashes()
    done = hash_missing()
    after = ProductImage.objects.order_by("pk").values_list("phash", flat=True)
    assert (done.hashed, done.unreadable) == (3, [])
    assert all(bits_apart(a or 0, b or 0) <= 2 for a, b in zip(before, after, strict=True))


def test_a_limit_is_kept_and_the_rest_is_done_next_time():
    add_photos(3)
    forget_hashes()
    assert [hash_missing(limit=2).hashed for _ in range(3)] == [2, 1, 0]


def test_progress_is_told_up_to_the_last():
    add_photos(3)
    forget_hashes()
    heard: list[tuple[int, int]] = []
    hash_missing(progress=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_lost_and_damaged_files_are_named_and_hold_nobody_up():
    lost, damaged, fine = add_photos(3)
    Path(lost.file.path).unlink()
    Path(damaged.file.path).write_bytes(b"no picture")
    forget_hashes()
    done = hash_missing()
    assert (done.hashed, done.unreadable) == (1, [lost.pk, damaged.pk])
    assert ProductImage.objects.exclude(phash=None).get() == fine


def test_a_limit_counts_tries_and_the_next_run_goes_on_behind_them():
    images = add_photos(5)
    lost = lose_files(images[:3])
    first = hash_missing(limit=2)
    second = hash_missing(limit=2, after=first.last)
    third = hash_missing(limit=2, after=second.last)
    assert [each.unreadable for each in (first, second, third)] == [lost[:2], lost[2:], lost[:1]]
    assert [each.hashed for each in (first, second, third)] == [0, 1, 1]
    assert [each.last for each in (first, second, third)] == [lost[1], images[3].pk, lost[0]]


def test_the_periodic_task_comes_to_readable_files_behind_many_lost_ones(monkeypatch):
    monkeypatch.setattr(tasks, "HASHES_AT_ONCE", 2)
    monkeypatch.setattr(tasks, "_hashing", tasks._Round())
    images = add_photos(5)
    lost = lose_files(images[:4])
    for _ in range(3):
        tasks.hash_missing_images()
    assert sorted(ProductImage.objects.filter(phash=None).values_list("pk", flat=True)) == lost


def lose_files(images: list[ProductImage]) -> list[int]:
    """No image has a hash any more, and these have no file; their ids."""
    for image in images:
        Path(image.file.path).unlink()
    forget_hashes()
    return [image.pk for image in images]


def test_a_picture_that_is_replaced_meanwhile_keeps_the_hash_of_the_new_one(monkeypatch):
    [image] = add_photos(1)
    forget_hashes()

    def replaced_while_read(read: ProductImage) -> int:
        services.replace_image(image=image, data=jpeg_bytes(draw_photo(9)))
        return 4711

    monkeypatch.setattr(hashing, "_stored_hash", replaced_while_read)
    assert hash_missing().hashed == 0
    assert ProductImage.objects.get().phash == image.phash != 4711


def test_the_periodic_task_fills_them_in():
    add_photos(2)
    forget_hashes()
    tasks.hash_missing_images()
    assert not ProductImage.objects.filter(phash=None).exists()
