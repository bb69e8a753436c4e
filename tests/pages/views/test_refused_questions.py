"""A refused question comes back with the form: what is wrong, what to do, and the words typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from PIL import Image

from search.models import PhotoQuery
from tests.catalog.bad_files import empty_png
from tests.factories import add_photo, draw_photo, encoded, jpeg_bytes, make_product
from tests.pages.views.conftest import photo, upload
from tests.pages.views.reading import Reading

pytestmark = pytest.mark.django_db

PHOTO = jpeg_bytes(draw_photo(1))


def told(response: Any) -> str:
    """The one sentence beside the form; the words typed are still in their field."""
    page = Reading(response)
    assert page.one("input", id="photo-words")["value"] == "red “shoes”"
    assert page.one("input", id="photo-input")["aria-describedby"] == "photo-error"
    assert not PhotoQuery.objects.exists()
    return page.one("p", id="photo-error", role="alert").text


def ask(client: Client, **form: Any) -> Any:
    return client.post("/search/", {"q": "red “shoes”", **form})


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 400, "The file is empty. Choose another photo."),
        (
            b"words, named .jpg",
            415,
            "This is not a picture we can read. Use a JPEG, PNG, WebP or AVIF file.",
        ),
        (
            PHOTO[: len(PHOTO) // 2],
            400,
            "The file ends too early. Save it again or choose another photo.",
        ),
        (
            encoded(draw_photo(1, (8, 8)), "PNG"),
            400,
            "The picture has 8 × 8 pixels; each side needs at least 16. Choose a larger photo.",
        ),
        (
            encoded(Image.new("RGB", (64, 64)), "PNG"),
            400,
            "There is nothing to be seen in this photo: it is too dark. Choose another one.",
        ),
        (
            empty_png(50_000, 50_000),
            400,
            "The picture has too many pixels. Make it smaller and try again.",
        ),
    ],
    ids=["empty", "unsupported_type", "corrupt", "too_small", "too_dark", "too_many_pixels"],
)
def test_a_file_that_is_no_photo(client: Client, content: bytes, status: int, sentence: str):
    response = ask(client, image=upload(content))

    assert response.status_code == status
    assert told(response) == sentence


def test_a_photo_over_the_cap(client: Client, settings: Any):
    settings.MAX_PHOTO_BYTES = 2**20

    response = ask(client, image=upload(b"x" * (2**20 + 1)))

    assert response.status_code == 413
    assert told(response) == "That photo is larger than 1 MB. Choose a smaller one."


def test_a_body_over_the_cap_is_refused_before_it_is_read(client: Client, settings: Any):
    settings.MAX_PHOTO_BYTES = 2**20

    response = client.post(
        "/search/",
        b"this is not even a form",
        content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(2**20 + 64 * 1024 + 1),
    )

    assert response.status_code == 413
    error = Reading(response).one("p", id="photo-error")
    assert error.text == "That photo is larger than 1 MB. Choose a smaller one."


def test_neither_photo_nor_words(client: Client):
    response = client.post("/search/", {"q": " "})

    assert response.status_code == 400
    error = Reading(response).one("p", id="photo-error")
    assert error.text == "Choose a photo or type some words first."


def test_two_photos_at_once(client: Client):
    response = ask(client, image=[photo(1), photo(2)])

    assert response.status_code == 400
    assert told(response) == "Choose one photo at a time."


def test_words_without_end(client: Client):
    response = client.post("/search/", {"q": "x" * 201})

    page = Reading(response)
    assert response.status_code == 400
    assert page.one("p", id="photo-error").text == (
        "The words are 201 characters long; 200 is the most. Use fewer."
    )
    assert page.one("input", id="photo-words")["value"] == "x" * 201


def test_an_unknown_sample_photo(client: Client):
    response = ask(client, sample="nothing")

    assert response.status_code == 400
    assert told(response) == "There is no such sample photo. Choose another one."


@pytest.mark.parametrize("sku", ["NO-SUCH", "DRAFT", "DRA\0FT", "'; --"])
def test_a_product_that_is_not_sold(client: Client, sku: str):
    make_product(sku="DRAFT", status="draft")

    response = ask(client, product=sku)

    assert response.status_code == 404
    assert told(response) == "That product is no longer sold. Search for another one."


def test_a_product_whose_picture_is_not_indexed_yet(client: Client):
    add_photo(make_product(sku="NEW"))

    response = ask(client, product="NEW")

    assert response.status_code == 409
    assert told(response) == (
        "No picture of NEW is indexed yet. Try again in a minute; a product without pictures "
        "needs one first."
    )


def test_words_with_a_nul_are_searched_without_it(client: Client):
    response = client.post("/search/", {"q": "red\0shoes"})

    assert response.status_code == 303
    assert PhotoQuery.objects.get().text == "red shoes"
