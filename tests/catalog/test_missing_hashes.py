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
    assert hash_missing(limit=1).hashed == 1
    assert hash_missing().unreadable == [lost.pk, damaged.pk]
    assert ProductImage.objects.exclude(phash=None).get() == fine


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
