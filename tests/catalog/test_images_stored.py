"""A product image: row and files come and go together."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from catalog import services
from catalog.errors import ImageRejected, StorageFull
from catalog.images import THUMBNAIL_SIZES
from catalog.models import ProductImage
from tests.catalog import bad_files
from tests.factories import add_photo, draw_photo, encoded, jpeg_bytes, make_product

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ["1200.webp", "160.webp", "480.webp", "full.jpg"]


def stored(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def folders(folder: Path) -> list[Path]:
    return sorted(folder.rglob("full.jpg"))


class Undo(Exception):
    """Ends a transaction that should not have been."""


def undone(action: Callable[[], object]) -> None:
    with contextlib.suppress(Undo), transaction.atomic():
        action()
        raise Undo


def use_storage(settings, name: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": name}}


def test_an_image_has_a_clean_file_and_its_thumbnails(media_folder):
    image = services.add_image(product=make_product(), data=bad_files.with_exif(orientation=6))
    assert stored(media_folder) == NAMES
    assert (image.width, image.height) == (240, 320)
    with image.file.open() as file:
        content = file.read()
    assert b"Exif" not in content
    assert Image.open(io.BytesIO(content)).size == (240, 320)


def test_the_row_tells_of_the_upload():
    data = encoded(draw_photo(), "PNG")
    image = services.add_image(product=make_product(), data=data, alt="From the front")
    image.refresh_from_db()
    assert image.size == len(data)
    assert image.checksum == services.prepare(data).checksum
    assert image.alt == "From the front"
    assert image.file.name == f"products/{image.folder.hex[:2]}/{image.folder.hex}/full.jpg"


def test_large_pictures_are_stored_at_2048_and_small_ones_are_never_enlarged():
    product = make_product()
    large = services.add_image(product=product, data=jpeg_bytes(draw_photo(size=(3000, 1500))))
    small = services.add_image(product=product, data=jpeg_bytes(draw_photo(size=(300, 200))))
    assert (large.width, large.height) == (2048, 1024)
    assert thumbnail_sizes(large) == [(160, 80), (480, 240), (1200, 600)]
    assert thumbnail_sizes(small) == [(160, 107), (300, 200), (300, 200)]


def thumbnail_sizes(image: ProductImage) -> list[tuple[int, int]]:
    folder = image.file.name.rsplit("/", 1)[0]
    sizes = []
    for side in THUMBNAIL_SIZES:
        with default_storage.open(f"{folder}/{side}.webp") as file, Image.open(file) as thumbnail:
            assert thumbnail.format == "WEBP"
            sizes.append(thumbnail.size)
    return sizes


def test_images_follow_each_other_unless_a_place_is_named():
    product = make_product()
    places = [add_photo(product, seed).position for seed in range(2)]
    places.append(add_photo(product, 2, position=7).position)
    places.append(add_photo(product, 3).position)
    assert places == [0, 1, 7, 8]


def test_an_uploaded_file_and_a_prepared_picture_are_taken_too():
    data = jpeg_bytes(draw_photo())
    upload = SimpleUploadedFile("../../x.jpg", data, content_type="text/html")
    picture = services.prepare(upload)
    image = services.add_image(product=make_product(), data=picture)
    assert services.prepare(picture) is picture
    assert image.checksum == services.prepare(data).checksum


def test_a_file_that_is_no_picture_stores_nothing(media_folder):
    product = make_product()
    with pytest.raises(ImageRejected):
        services.add_image(product=product, data=b"hello")
    assert product.images.count() == 0
    assert stored(media_folder) == []


def test_a_rollback_leaves_no_file(media_folder):
    product = make_product()
    seen = []
    undone(lambda: seen.extend([add_photo(product), *stored(media_folder)]))
    assert seen[1:] == NAMES
    assert stored(media_folder) == []


def test_a_rolled_back_savepoint_takes_its_own_files_only(media_folder):
    product = make_product()
    with transaction.atomic():
        kept = add_photo(product, 1)
        undone(lambda: add_photo(product, 2))
    assert stored(media_folder) == NAMES
    assert [image.pk for image in product.images.all()] == [kept.pk]


def test_a_full_disk_stores_nothing_and_says_so(settings, media_folder):
    product = make_product()
    use_storage(settings, "tests.catalog.storages.FullStorage")
    with pytest.raises(StorageFull, match="Free some space"):
        add_photo(product)
    assert product.images.count() == 0
    assert stored(media_folder) == []


def test_a_broken_disk_is_not_called_full(settings):
    product = make_product()
    use_storage(settings, "tests.catalog.storages.BrokenStorage")
    with pytest.raises(OSError, match="Input/output"):
        add_photo(product)
    assert product.images.count() == 0


def test_a_deleted_image_takes_its_files_and_its_folder(media_folder):
    image = add_photo(make_product())
    image.delete()
    assert stored(media_folder) == []
    assert not (media_folder / "products" / image.folder.hex[:2] / image.folder.hex).exists()


def test_a_deleted_product_takes_the_files_of_all_images(media_folder):
    product, other = make_product(), make_product()
    for seed in range(3):
        add_photo(product, seed)
    add_photo(other)
    product.delete()
    assert stored(media_folder) == NAMES


def test_a_delete_that_is_rolled_back_keeps_the_files(media_folder):
    image = add_photo(make_product())
    undone(image.delete)
    assert stored(media_folder) == NAMES


def test_a_replaced_image_lies_in_a_new_folder_and_the_old_files_go(media_folder):
    image = add_photo(make_product(), 1)
    before = image.folder, image.checksum, image.pk
    services.replace_image(image=image, data=encoded(draw_photo(2, (400, 100)), "PNG"))
    image.refresh_from_db()
    assert image.folder != before[0]
    assert image.checksum != before[1]
    assert image.pk == before[2]
    assert (image.width, image.height) == (400, 100)
    assert stored(media_folder) == NAMES


def test_replacing_by_the_same_bytes_changes_nothing():
    image = add_photo(make_product(), 1)
    again = services.replace_image(image=image, data=jpeg_bytes(draw_photo(1)))
    assert again.folder == image.folder


def test_a_replacement_that_is_rolled_back_keeps_the_old_files(media_folder):
    image = add_photo(make_product(), 1)
    same = ProductImage.objects.get(pk=image.pk)
    undone(lambda: services.replace_image(image=same, data=jpeg_bytes(draw_photo(99))))
    assert stored(media_folder) == NAMES
    assert folders(media_folder) == [Path(image.file.path)]


def test_a_storage_without_folders_and_paths_will_do(settings):
    use_storage(settings, "django.core.files.storage.InMemoryStorage")
    image = add_photo(make_product())
    name = image.file.name
    assert default_storage.exists(name)
    image.delete()
    assert not default_storage.exists(name)
