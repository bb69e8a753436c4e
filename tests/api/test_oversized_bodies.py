"""A body over the cap is turned away at every address before its files reach the disk."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client

pytestmark = pytest.mark.django_db

CAP = 20_000


@pytest.fixture(autouse=True)
def small_cap(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = CAP
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # every file that is taken goes to the disk


@pytest.fixture
def files_on_disk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that Django began to write."""
    begun: list[str] = []
    begin = TemporaryFileUploadHandler.new_file

    def noted(handler: Any, *args: Any, **kwargs: Any) -> None:
        begin(handler, *args, **kwargs)
        begun.append(handler.file_name)

    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", noted)
    return begun


def strict_client() -> Client:
    """A browser that has been here: its cookie makes the CSRF check read the form."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    return client


def send(client: Client, path: str, size: int) -> Any:
    return client.post(path, {"file": SimpleUploadedFile("a.bin", bytes(size))})


ADDRESSES = ["/admin/login/", "/i18n/setlang/", "/healthz", "/"]


@pytest.mark.parametrize("path", [*ADDRESSES, "/no/such/address"])
def test_a_stranger_fills_no_disk(path: str, files_on_disk: list[str]):
    answer = send(strict_client(), path, CAP + 1)
    assert (answer.status_code, answer["Content-Type"]) == (413, "text/plain; charset=utf-8")
    assert answer.content == b"The body is too large. Send a smaller photo, or fewer.\n"
    assert files_on_disk == []


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_body_under_the_cap_reaches_the_csrf_check(path: str, files_on_disk: list[str]):
    assert send(strict_client(), path, CAP - 1000).status_code == 403
    assert files_on_disk == ["a.bin"]


def test_staff_may_send_many_photos_at_once(client: Client):
    client.force_login(User.objects.create_superuser("admin"))
    assert send(client, "/admin/catalog/product/add/", CAP + 1).status_code == 200


def test_a_host_that_is_not_allowed_is_told_which_setting_decides(client: Client):
    answer = client.get("/", headers={"host": "shop.example"})
    assert answer.status_code == 400
    assert b"'shop.example' to ALLOWED_HOSTS" in answer.content


def test_a_broken_form_for_an_address_that_does_not_exist():
    answer = strict_client().post("/no/such/address", b"x", content_type="multipart/form-data")
    assert answer.status_code == 400
