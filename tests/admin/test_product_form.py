"""Saving a product with its images: what is stored, what is refused, what is never lost."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Product, ProductImage
from search.models import EmbeddingJob
from tests.admin.pages import (
    ADD_PRODUCT,
    PRODUCTS,
    change_page,
    fields_of,
    photo_file,
    product_fields,
    text_of,
)
from tests.factories import add_photo, make_product

TEXT = b"This is a text, whatever its name says."


def job_states() -> list[str]:
    return list(EmbeddingJob.objects.order_by("image").values_list("state", flat=True))


def test_two_photos_make_two_images_with_pending_jobs(staff: Client):
    photos = [photo_file("front.jpg", 1), photo_file("back.jpg", 2)]
    answer = staff.post(ADD_PRODUCT, product_fields(new_photos=photos))
    assert (answer.status_code, answer["Location"]) == (302, PRODUCTS)
    product = Product.objects.get(sku="MUG-1")
    assert [image.position for image in product.images.all()] == [0, 1]
    assert job_states() == ["pending", "pending"]


def test_bad_file_among_three_is_named_and_nothing_is_stored(staff: Client):
    photos = [photo_file("a.jpg", 1), SimpleUploadedFile("notes.jpg", TEXT), photo_file("b.jpg", 2)]
    answer = staff.post(ADD_PRODUCT, product_fields(new_photos=photos))
    errors = answer.context["adminform"].form.errors
    assert dict(errors) == {
        "new_photos": [
            "notes.jpg: This is not a picture we can read. Use a JPEG, PNG, WebP or AVIF file."
        ]
    }
    assert 'value="Blue mug"' in answer.content.decode()
    assert Product.objects.count() == ProductImage.objects.count() == 0


def test_good_photos_of_a_refused_form_need_not_be_chosen_again(staff: Client):
    photos = [photo_file("a.jpg", 1), SimpleUploadedFile("notes.jpg", TEXT), photo_file("b.jpg", 2)]
    page = staff.post(ADD_PRODUCT, product_fields(new_photos=photos)).content.decode()
    kept = re.findall(r'name="new_photos-kept" value="([^"]+)" checked> ([^<]+)<', page)
    assert [name for _token, name in kept] == ["a.jpg", "b.jpg"]
    again = product_fields(**{"new_photos-kept": [token for token, _name in kept]})
    assert staff.post(ADD_PRODUCT, again).status_code == 302
    assert Product.objects.get(sku="MUG-1").images.count() == 2


def test_photos_survive_an_error_in_another_field(staff: Client):
    make_product(sku="MUG-1")
    answer = staff.post(ADD_PRODUCT, product_fields(new_photos=[photo_file("a.jpg", 1)]))
    assert list(answer.context["adminform"].form.errors) == ["sku"]
    assert "Kept from your last try; no need to choose again: a.jpg" in text_of(answer)


def test_replacement_survives_an_error_in_another_field(staff: Client):
    image = add_photo(make_product(), 1)
    fields = fields_of(image.product, **{"images-0-photo": photo_file("new.jpg", 2)})
    page = staff.post(change_page(image.product), {**fields, "price": "-1"}).content.decode()
    (token,) = re.findall(r'name="images-0-photo-kept" value="([^"]+)" checked> new.jpg', page)
    again = fields_of(image.product, **{"images-0-photo-kept": token})
    assert staff.post(change_page(image.product), again).status_code == 302
    assert ProductImage.objects.get().checksum != image.checksum


def test_new_row_without_a_file_says_so(staff: Client):
    product = make_product()
    rows = {"images-TOTAL_FORMS": "1", "images-0-product": product.pk, "images-0-alt": "Lid"}
    answer = staff.post(change_page(product), fields_of(product, **rows))
    (formset,) = [each.formset for each in answer.context["inline_admin_formsets"]]
    assert formset.forms[0].errors == {"photo": ["This field is required."]}


def test_forged_token_brings_no_photo(staff: Client):
    fields = product_fields(**{"new_photos-kept": ["../../etc/passwd", "forged:token"]})
    assert staff.post(ADD_PRODUCT, fields).status_code == 302
    assert ProductImage.objects.count() == 0


def test_replaced_picture_is_queued_again(staff: Client):
    image = add_photo(make_product(), 1)
    EmbeddingJob.objects.update(state="ready")
    fields = fields_of(image.product, **{"images-0-photo": photo_file("new.jpg", 2)})
    assert staff.post(change_page(image.product), fields).status_code == 302
    replaced = ProductImage.objects.get()
    assert (replaced.pk, replaced.checksum == image.checksum) == (image.pk, False)
    assert EmbeddingJob.objects.get().checksum == replaced.checksum
    assert job_states() == ["pending"]


def test_words_and_places_change_without_a_new_embedding(staff: Client):
    product = make_product()
    add_photo(product, 1)
    add_photo(product, 2)
    EmbeddingJob.objects.update(state="ready")
    swapped = {"images-0-position": "1", "images-1-position": "0", "images-1-alt": "From behind"}
    staff.post(change_page(product), fields_of(product, **swapped))
    assert product.main_image is not None
    assert product.main_image.alt == "From behind"
    assert job_states() == ["ready", "ready"]


def test_emptied_position_stays_what_it_was(staff: Client):
    product = make_product()
    add_photo(product, 1, position=4)
    staff.post(change_page(product), fields_of(product, **{"images-0-position": ""}))
    assert product.images.get().position == 4


def test_image_added_as_a_row_keeps_its_words_and_comes_last(staff: Client):
    product = make_product()
    add_photo(product, 1)
    row = {"images-1-photo": photo_file("x.jpg", 2), "images-1-alt": "Lid", "images-1-position": ""}
    rows = {"images-TOTAL_FORMS": "2", "images-1-product": product.pk, **row}
    assert staff.post(change_page(product), fields_of(product, **rows)).status_code == 302
    last = product.images.all()[1]
    assert (last.alt, last.position) == ("Lid", 1)


def test_bad_replacement_is_an_error_at_its_row(staff: Client):
    image = add_photo(make_product(), 1)
    broken = SimpleUploadedFile("torn.jpg", default_storage.open(image.file.name).read()[:2000])
    fields = fields_of(image.product, **{"images-0-photo": broken})
    answer = staff.post(change_page(image.product), fields)
    (formset,) = [each.formset for each in answer.context["inline_admin_formsets"]]
    assert formset.forms[0].errors == {
        "photo": ["torn.jpg: The file ends too early. Save it again or choose another photo."]
    }
    assert ProductImage.objects.get().checksum == image.checksum


@pytest.mark.django_db(transaction=True)
def test_deleted_image_takes_its_files_along(staff: Client):
    image = add_photo(make_product(), 1)
    name = image.file.name or ""
    assert default_storage.exists(name)
    staff.post(change_page(image.product), fields_of(image.product, **{"images-0-DELETE": "on"}))
    assert ProductImage.objects.count() == 0
    assert not default_storage.exists(name)


def test_full_disk_refuses_with_507_and_keeps_what_was_typed(
    staff: Client, monkeypatch: pytest.MonkeyPatch
):
    def no_space(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    # A full disk can't be made here without a file system of its own.
    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", no_space)
    answer = staff.post(ADD_PRODUCT, product_fields(new_photos=[photo_file("a.jpg", 1)]))
    assert answer.status_code == 507
    assert 'value="Blue mug"' in answer.content.decode()
    assert "no need to choose again: a.jpg" in text_of(answer)
    assert Product.objects.count() == ProductImage.objects.count() == 0


def test_photos_put_aside_are_unreachable_from_outside(staff: Client, data_folder: Path):
    fields = product_fields(sku="", new_photos=[photo_file("a.jpg", 1)])
    staff.post(ADD_PRODUCT, fields)
    (kept,) = (data_folder / "staged-photos").iterdir()
    assert (data_folder / "staged-photos").stat().st_mode & 0o777 == 0o700
    assert staff.get(f"/media/{kept.name}").status_code == 404


def test_too_many_photos_at_once_are_refused_with_the_number(
    staff: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("catalog.admin.photos.PHOTOS_AT_ONCE", 1)
    photos = [photo_file("a.jpg", 1), photo_file("b.jpg", 2)]
    answer = staff.post(ADD_PRODUCT, product_fields(new_photos=photos))
    assert answer.context["adminform"].form.errors["new_photos"] == [
        "2 photos at once are too many. Send 1 at most, then the rest."
    ]
