"""/media/: pictures with the right type, cached for good, and no way out of the folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db


def test_a_picture_and_its_thumbnail(client: Client):
    image = add_photo(make_product(), seed=1)
    for url, kind in ((image.file.url, "image/jpeg"), (image.thumbnail_url(160), "image/webp")):
        response = client.get(url)
        body = b"".join(response.streaming_content)
        assert response.status_code == 200
        assert response["Content-Type"] == kind
        assert int(response["Content-Length"]) == len(body) > 0
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "Content-Disposition" not in response


def test_an_unchanged_picture_is_not_sent_again(client: Client):
    url = add_photo(make_product(), seed=1).file.url
    first = client.get(url)
    assert b"".join(first.streaming_content)
    for name, value in (
        ("if-none-match", first["ETag"]),
        ("if-modified-since", first["Last-Modified"]),
    ):
        again = client.get(url, headers={name: value})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]


def test_what_is_no_picture_is_never_shown_as_a_page(client: Client):
    for name in ("page.html", "drawing.svg", "nameless"):
        default_storage.save(name, ContentFile(b"<script>alert(1)</script>"))
        response = client.get(f"/media/{name}")
        assert b"".join(response.streaming_content)
        assert response["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "name",
    [
        "none.jpg",
        "products",
        "products/",
        "../secret.txt",
        "..%2Fsecret.txt",
        "%2e%2e/secret.txt",
        "products/../../secret.txt",
        "%2Fetc/passwd",
        "/etc/passwd",
        "..%5Csecret.txt",
        "a%00b.jpg",
        "x" * 5000,
    ],
)
def test_anything_else_is_not_there(client: Client, media_folder: Path, name: str):
    (media_folder / "products").mkdir(parents=True)
    (media_folder.parent / "secret.txt").write_text("secret")
    assert client.get(f"/media/{name}").status_code == 404


def test_only_reading(client: Client):
    assert client.post("/media/none.jpg").status_code == 405
