"""Idempotency-Key: a write that is sent twice happens once."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from catalog import services as catalog_services
from catalog.models import Product, ProductImage
from search import services
from search.errors import Throttled
from search.models import IdempotentRequest
from search.services import idempotency
from tests.api.conftest import PRODUCTS, photo, send_json
from tests.api.contract import assert_error
from tests.api.keys import with_key
from tests.api.test_conditions import at_once
from tests.factories import make_product

LAMP = f"{PRODUCTS}LAMP/"
LEAST = {"title": "Lamp", "price": 1}
KEY = {"idempotency-key": "key-1"}


def test_the_first_answer_comes_again(writer: Client):
    first = send_json(writer.put, LAMP, LEAST, **KEY)
    Product.objects.update(stock=9)
    again = send_json(writer.put, LAMP, LEAST, **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    for name in ("ETag", "Location", "Content-Location", "Content-Type", "Cache-Control"):
        assert again[name] == first[name]
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert again["X-Request-ID"] != first["X-Request-ID"]
    assert Product.objects.get().stock == 9


def test_each_kind_of_write(writer: Client):
    make_product(sku="LAMP")

    def twice(send: Any) -> tuple[int, int]:
        number = str(IdempotentRequest.objects.count())
        first, again = (send({"idempotency-key": number}) for _ in range(2))
        assert again["Idempotency-Replayed"] == "true"
        assert again.content == first.content
        return first.status_code, again.status_code

    assert twice(lambda key: send_json(writer.patch, LAMP, {"stock": 3}, **key)) == (200, 200)
    image: list[int] = []

    def add(key: dict) -> Any:
        form = {"image": SimpleUploadedFile("a.jpg", photo()), "alt": "x"}
        response = writer.post(f"{LAMP}images/", form, headers=key)
        image.append(response.json()["id"])
        return response

    assert twice(add) == (201, 201)
    gone = f"/api/v1/images/{image[0]}/"
    assert twice(lambda key: writer.delete(gone, headers=key)) == (204, 204)
    assert twice(lambda key: writer.delete(LAMP, headers=key)) == (204, 204)


def test_a_form_that_is_packed_anew_is_the_same(writer: Client):
    make_product(sku="LAMP")

    def send(boundary: str, alt: str = "x") -> Any:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="alt"\r\n\r\n{alt}\r\n'
        file = f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'
        body = head.encode() + file.encode() + photo() + f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return writer.post(f"{LAMP}images/", body, content_type=kind, headers=KEY)

    assert send("one").status_code == 201
    assert send("two")["Idempotency-Replayed"] == "true"
    assert_error(send("two", "y"), 422, "idempotency_mismatch", "Idempotency-Key")
    assert ProductImage.objects.count() == 1


def test_another_request_under_the_same_key(writer: Client):
    make_product(sku="LAMP")
    send_json(writer.patch, LAMP, {"stock": 3}, **KEY)
    others = [
        send_json(writer.patch, LAMP, {"stock": 4}, **KEY),
        send_json(writer.put, LAMP, {"stock": 3}, **KEY),
        send_json(writer.patch, f"{PRODUCTS}LAMP-2/", {"stock": 3}, **KEY),
        send_json(writer.patch, LAMP, {"stock": 3}, **KEY, **{"if-match": "*"}),
        writer.delete(LAMP, headers=KEY),
    ]
    for response in others:
        assert_error(response, 422, "idempotency_mismatch", "Idempotency-Key")
    assert Product.objects.get().stock == 3


def test_a_refusal_is_kept_too(writer: Client):
    first = send_json(writer.patch, LAMP, {"stock": 3}, **KEY)
    assert_error(first, 404, "unknown_product", "sku")
    make_product(sku="LAMP")
    again = send_json(writer.patch, LAMP, {"stock": 3}, **KEY)
    assert (again.status_code, again.content) == (404, first.content)


def test_keys_of_two_callers_have_nothing_to_do_with_each_other(client: Client, db: None):
    one, other = with_key(client, "write"), with_key(client, "write")
    assert send_json(one.put, LAMP, LEAST, **KEY).status_code == 201
    answer = send_json(other.put, LAMP, {**LEAST, "stock": 2}, **KEY)
    assert answer.status_code == 200
    assert "Idempotency-Replayed" not in answer


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "größe", "\x7f"])
def test_what_is_no_key(writer: Client, key: str):
    response = send_json(writer.put, LAMP, LEAST, **{"idempotency-key": key})
    assert_error(response, 400, "invalid", "Idempotency-Key")
    assert not Product.objects.exists()


def test_the_longest_key(writer: Client):
    key = {"idempotency-key": "!" + "~" * 254}
    assert send_json(writer.put, LAMP, LEAST, **key).status_code == 201


def test_reading_takes_no_key(client: Client, db: None):
    make_product(sku="LAMP")
    assert client.get(LAMP, headers={"idempotency-key": ""}).status_code == 200
    assert client.post(LAMP, headers=KEY).status_code == 405
    assert not IdempotentRequest.objects.exists()


def test_a_fault_of_the_server_is_not_kept(db: None, monkeypatch: pytest.MonkeyPatch):
    writer = with_key(Client(raise_request_exception=False), "write")
    save = catalog_services.save_product

    def crash(**_: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(catalog_services, "save_product", crash)
    assert_error(send_json(writer.put, LAMP, LEAST, **KEY), 500, "internal")
    assert not IdempotentRequest.objects.exists()
    monkeypatch.setattr(catalog_services, "save_product", save)
    assert send_json(writer.put, LAMP, LEAST, **KEY).status_code == 201


def test_a_429_is_not_kept(writer: Client, monkeypatch: pytest.MonkeyPatch):
    def too_often(**_: Any) -> None:
        raise Throttled("Slower.", retry_after=3)

    monkeypatch.setattr(catalog_services, "save_product", too_often)
    assert_error(send_json(writer.put, LAMP, LEAST, **KEY), 429, "throttled")
    assert not IdempotentRequest.objects.exists()


def test_a_507_is_not_kept(writer: Client, settings: Any):
    make_product(sku="LAMP")
    kept = settings.STORAGES
    full = {"BACKEND": "tests.catalog.storages.FullStorage"}
    form = {"image": SimpleUploadedFile("a.jpg", photo())}
    settings.STORAGES = {**kept, "default": full}
    response = writer.post(f"{LAMP}images/", form, headers=KEY)
    assert_error(response, 507, "storage_full")
    assert not IdempotentRequest.objects.exists()


def test_one_that_still_runs(writer: Client):
    send_json(writer.put, LAMP, LEAST, **KEY)
    IdempotentRequest.objects.update(state="running", status=None)
    response = send_json(writer.put, LAMP, LEAST, **KEY)
    assert_error(response, 409, "idempotency_in_use", "Idempotency-Key")
    assert response["Retry-After"] == "1"
    other = send_json(writer.put, LAMP, {**LEAST, "stock": 1}, **KEY)
    assert_error(other, 422, "idempotency_mismatch", "Idempotency-Key")


def test_one_that_crashed_is_given_up_after_a_while(writer: Client):
    send_json(writer.put, LAMP, LEAST, **KEY)
    began = timezone.now() - idempotency.ABANDONED
    IdempotentRequest.objects.update(state="running", status=None, claimed_at=began)
    other = send_json(writer.put, LAMP, {**LEAST, "stock": 1}, **KEY)
    assert_error(other, 422, "idempotency_mismatch", "Idempotency-Key")
    assert send_json(writer.put, LAMP, LEAST, **KEY).status_code == 200
    assert IdempotentRequest.objects.get().state == "done"


def test_who_was_taken_for_crashed_keeps_nothing(db: None):
    sent = idempotency.Sent("caller", "key", "PUT", "/x/", "f" * 64)
    slow = idempotency.claim(sent)
    began = timezone.now() - idempotency.ABANDONED
    IdempotentRequest.objects.update(claimed_at=began)
    second = idempotency.claim(sent)
    assert isinstance(slow, idempotency.Claim)
    assert isinstance(second, idempotency.Claim)
    idempotency.keep(slow, idempotency.Answered(500))
    idempotency.release(slow)
    idempotency.keep(second, idempotency.Answered(200, {"ETag": '"a"'}, b"\0body"))
    assert idempotency.claim(sent) == idempotency.Answered(200, {"ETag": '"a"'}, b"\0body")


def test_after_a_day_the_key_is_free_again(writer: Client):
    send_json(writer.put, LAMP, LEAST, **KEY)
    row = IdempotentRequest.objects.get()
    assert row.expires_at - row.claimed_at == timedelta(hours=24)
    IdempotentRequest.objects.update(expires_at=timezone.now())
    assert send_json(writer.put, LAMP, {**LEAST, "stock": 1}, **KEY).status_code == 200
    assert services.purge_queries() == 0
    IdempotentRequest.objects.update(expires_at=timezone.now())
    assert services.purge_queries() == 1
    assert not IdempotentRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_does_the_work(client: Client, monkeypatch: pytest.MonkeyPatch):
    writer = with_key(client, "write")
    save, others_heard = catalog_services.save_product, Event()
    worked: list[str] = []

    def slowly(**given: Any) -> Any:
        worked.append(given["sku"])
        others_heard.wait(timeout=30)
        return save(**given)

    monkeypatch.setattr(catalog_services, "save_product", slowly)
    answers: list[int] = []

    def send() -> int:
        status: int = send_json(writer.put, LAMP, LEAST, **KEY).status_code
        answers.append(status)
        if len(answers) == 5:
            others_heard.set()
        return status

    assert sorted(at_once(6, send)) == [201] + [409] * 5
    assert worked == ["LAMP"]
    assert send_json(writer.put, LAMP, LEAST, **KEY)["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("method", ["DISPATCH", "GET_VIEW_NAME", "OPTIONS"])
def test_a_method_that_there_is_not_keeps_nothing(client: Client, db: None, method: str):
    """The view has attributes of these names, but nobody was asked for a key."""
    response = client.generic(method, LAMP, b"{}", headers=KEY)
    assert response.status_code == (200 if method == "OPTIONS" else 405)
    assert not IdempotentRequest.objects.exists()
