"""POST products/{sku}/images/ and images/{id}/."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import ProductImage
from search import services
from search.models import EmbeddingJob, ImageEmbedding
from tests.api.conftest import PRODUCTS, Shop, photo, photo_base64, send_json
from tests.api.contract import assert_error, assert_fits
from tests.api.keys import with_key
from tests.api.test_conditions import at_once
from tests.catalog.storages import BrokenStorage, FullStorage
from tests.factories import add_photo, draw_photo, encoded, jpeg_bytes, make_product
from tests.search.conftest import Double

HOST = "http://testserver"
IMAGES = f"{PRODUCTS}LAMP/images/"


def upload(data: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def address(image: ProductImage | int) -> str:
    return f"/api/v1/images/{getattr(image, 'pk', image)}/"


def test_an_image_as_a_form(writer: Client, db: None):
    product = make_product(sku="LAMP")
    form = {"image": upload(photo()), "alt": " A lamp ", "position": "3"}
    response = writer.post(IMAGES, form)
    answer = response.json()
    assert_fits(answer, "IndexedImage")
    image = ProductImage.objects.get()
    assert (response.status_code, image.product) == (201, product)
    assert response["Location"] == response["Content-Location"] == HOST + address(image)
    assert answer == {
        "id": image.pk,
        "sku": "LAMP",
        "url": HOST + image.file.url,
        "thumbnail": HOST + image.thumbnail_url(480),
        "alt": "A lamp",
        "width": 320,
        "height": 240,
        "position": 3,
        "state": "pending",
        "reason": None,
    }
    assert writer.get(response["Location"]).json() == answer
    assert writer.get(response["Location"])["ETag"] == response["ETag"]


def test_an_image_as_json_goes_last_and_is_found_in_the_end(writer: Client, shop: Shop):
    send_json(writer.post, f"{PRODUCTS}RED-1/images/", {"image_base64": photo_base64(7)})
    answer = send_json(
        writer.post, f"{PRODUCTS}RED-1/images/", {"image_base64": photo_base64(8), "alt": None}
    ).json()
    assert (answer["position"], answer["alt"], answer["state"]) == (2, "", "pending")
    services.embed_pending()
    assert writer.get(address(answer["id"])).json()["state"] == "ready"
    found = send_json(writer.post, "/api/v1/search/", {"image_base64": photo_base64(8)}).json()
    assert found["results"][0]["image"]["id"] == answer["id"]


def test_the_same_bytes_again_are_the_image_that_is_there(writer: Client, db: None):
    make_product(sku="LAMP")
    other = make_product(sku="OTHER")
    first = writer.post(IMAGES, {"image": upload(photo()), "alt": "A lamp"})
    again = send_json(writer.post, IMAGES, {"image_base64": photo_base64(), "alt": "B"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert again["Content-Location"] == first["Location"]
    assert "Location" not in again
    assert writer.post(f"{PRODUCTS}OTHER/images/", {"image": upload(photo())}).status_code == 201
    assert ProductImage.objects.count() == 2
    assert other.images.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_at_once_are_one_image(client: Client):
    make_product(sku="LAMP")
    writer = with_key(client, "write")
    body = {"image_base64": photo_base64()}
    answers = at_once(4, lambda: send_json(writer.post, IMAGES, body))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_the_last_place_is_shared(writer: Client, db: None):
    product = make_product(sku="LAMP")
    add_photo(product, seed=1, position=32_767)
    answer = send_json(writer.post, IMAGES, {"image_base64": photo_base64(2)}).json()
    assert answer["position"] == 32_767
    assert [image.pk for image in product.images.all()][-1] == answer["id"]


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "empty"),
        (b"x", 415, "unsupported_type"),
        (photo()[:500], 400, "corrupt"),
        (encoded(draw_photo(1, (8, 8)), "PNG"), 400, "too_small"),
    ],
)
def test_a_photo_that_is_none(writer: Client, data: bytes, status: int, code: str):
    make_product(sku="LAMP")
    assert_error(writer.post(IMAGES, {"image": upload(data)}), status, code, "image")
    if data:
        body = {"image_base64": base64.b64encode(data).decode()}
        assert_error(send_json(writer.post, IMAGES, body), status, code, "image_base64")
    assert not ProductImage.objects.exists()


def test_photos_over_the_cap(writer: Client, settings: Any):
    make_product(sku="LAMP")
    settings.MAX_PHOTO_BYTES = 2000
    data = b"x" * 2001
    assert_error(writer.post(IMAGES, {"image": upload(data)}), 413, "too_large", "image")
    body = {"image_base64": base64.b64encode(data).decode()}
    assert_error(send_json(writer.post, IMAGES, body), 413, "too_large", "image_base64")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid", "image_base64"),
        ({"image_base64": None}, "invalid", "image_base64"),
        ({"image_base64": "?"}, "invalid", "image_base64"),
        ({"image_base64": "AAAA", "alt": "x" * 251}, "invalid", "alt"),
        ({"image_base64": "AAAA", "alt": "a\0b"}, "invalid", "alt"),
        ({"image_base64": "AAAA", "position": -1}, "invalid", "position"),
        ({"image_base64": "AAAA", "position": 32_768}, "invalid", "position"),
        ({"image_base64": "AAAA", "position": True}, "invalid", "position"),
        ({"image_base64": "AAAA", "postion": 1}, "unknown_field", "postion"),
        ([], "malformed", None),
    ],
)
def test_a_body_that_makes_no_sense(writer: Client, body: Any, code: str, field: str | None):
    make_product(sku="LAMP")
    assert_error(send_json(writer.post, IMAGES, body), 400, code, field)


@pytest.mark.parametrize(
    ("form", "code", "field"),
    [
        ({}, "malformed", None),
        ({"alt": "x"}, "invalid", "image"),
        ({"image": "words"}, "invalid", "image"),
        ({"image": [b"a", b"b"]}, "invalid", "image"),
        ({"image": b"a", "alt": b"x"}, "invalid", "alt"),
        ({"image": b"a", "alt": ["x", "y"]}, "invalid", "alt"),
        ({"image": b"a", "position": "x"}, "invalid", "position"),
        ({"image": b"a", "image_base64": "AAAA"}, "unknown_field", "image_base64"),
    ],
)
def test_a_form_that_makes_no_sense(writer: Client, form: Any, code: str, field: str | None):
    def part(value: Any) -> Any:
        if isinstance(value, list):
            return [part(each) for each in value]
        return upload(value) if isinstance(value, bytes) else value

    make_product(sku="LAMP")
    parts = {name: part(value) for name, value in form.items()}
    assert_error(writer.post(IMAGES, parts), 400, code, field)


@pytest.mark.parametrize("sku", ["NONE", "a%00b", "a%0Ab", "x" * 400])
def test_no_such_product(writer: Client, sku: str):
    body = {"image_base64": photo_base64()}
    response = send_json(writer.post, f"{PRODUCTS}{sku}/images/", body)
    assert_error(response, 404, "unknown_product", "sku")


@pytest.mark.parametrize(("storage", "status"), [(FullStorage, 507), (BrokenStorage, 500)])
def test_a_full_disk_leaves_nothing(
    client: Client, db: None, settings: Any, media_folder: Path, storage: type, status: int
):
    make_product(sku="LAMP")
    writer = with_key(Client(raise_request_exception=False), "write")
    dotted = f"{storage.__module__}.{storage.__qualname__}"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": dotted}}
    response = send_json(writer.post, IMAGES, {"image_base64": photo_base64()})
    code = "storage_full" if status == 507 else "internal"
    assert_error(response, status, code)
    assert not ProductImage.objects.exists()
    assert not [each for each in media_folder.rglob("*") if each.is_file()]


def test_an_image_of_a_draft_is_for_writers(writer: Client, client: Client):
    image = add_photo(make_product(sku="DRAFT", status="draft"))
    assert_error(client.get(address(image)), 404, "unknown_image", "image_id")
    assert writer.get(address(image)).json()["sku"] == "DRAFT"


@pytest.mark.parametrize("number", ["1", "0", str(2**63), "9" * 40])
def test_no_such_image(writer: Client, number: str):
    assert_error(writer.get(address(int(number))), 404, "unknown_image", "image_id")
    assert_error(writer.delete(address(int(number))), 404, "unknown_image", "image_id")


def test_delete_takes_files_and_vectors_along(
    writer: Client, shop: Shop, media_folder: Path, django_capture_on_commit_callbacks: Any
):
    image = shop.red.images.get()
    tag = writer.get(address(image))["ETag"]
    wrong = {"if-match": '"x"'}
    response = writer.delete(address(image), headers=wrong)
    assert_error(response, 412, "precondition_failed", "If-Match")
    with django_capture_on_commit_callbacks(execute=True):
        gone = writer.delete(address(image), headers={"if-match": tag})
    assert (gone.status_code, gone.content) == (204, b"")
    assert not ImageEmbedding.objects.filter(image_id=image.pk).exists()
    assert not EmbeddingJob.objects.filter(image_id=image.pk).exists()
    assert len(list(media_folder.rglob("full.jpg"))) == 2
    assert writer.get(f"{PRODUCTS}RED-1/").json()["images"] == []
    assert_error(writer.delete(address(image)), 404, "unknown_image", "image_id")


@pytest.mark.parametrize("what", ["image", "product"])
def test_deleted_while_it_is_embedded(writer: Client, monkeypatch: pytest.MonkeyPatch, what: str):
    make_product(sku="LAMP")
    image = send_json(writer.post, IMAGES, {"image_base64": photo_base64()}).json()
    gone = address(image["id"]) if what == "image" else f"{PRODUCTS}LAMP/"
    answers = []
    double = Double(lambda _: answers.append(writer.delete(gone).status_code))
    monkeypatch.setattr("search.embedder.serving", lambda _: double)
    services.embed_pending()
    assert answers == [204]
    for model in (ProductImage, EmbeddingJob, ImageEmbedding):
        assert not model.objects.exists()


def test_a_failed_image_tells_why(client: Client, db: None):
    image = add_photo(make_product())
    EmbeddingJob.objects.update(state="failed", error="The file is damaged.")
    answer = client.get(address(image)).json()
    assert (answer["state"], answer["reason"]) == ("failed", "The file is damaged.")
    EmbeddingJob.objects.update(state="pending", error="tried once")
    response = client.get(address(image))
    assert (response.json()["state"], response.json()["reason"]) == ("pending", None)
    assert response["Retry-After"] == "1"


def test_without_an_index_an_image_is_pending(client: Client, db: None, settings: Any):
    settings.EMBEDDER = "none@9"
    image = add_photo(make_product())
    assert client.get(address(image)).json()["state"] == "pending"


def test_the_same_state_is_not_sent_again(client: Client, shop: Shop):
    image = shop.red.images.get()
    first = client.get(address(image))
    again = client.get(address(image), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    EmbeddingJob.objects.filter(image=image).update(state="pending")
    response = client.get(address(image), headers={"if-none-match": first["ETag"]})
    assert (response.status_code, response.json()["state"]) == (200, "pending")


def test_a_large_photo_is_told_as_it_is_stored(writer: Client, db: None):
    make_product(sku="LAMP")
    data = jpeg_bytes(draw_photo(size=(3000, 1500)))
    answer = writer.post(IMAGES, {"image": upload(data)}).json()
    assert (answer["width"], answer["height"]) == (2048, 1024)
