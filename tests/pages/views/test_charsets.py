"""A request that says to be read by a strange charset is refused before it is read."""

from __future__ import annotations

import pytest
from django.test import Client

HALF = b"\\ud800"
BODY = b'--b\r\nContent-Disposition: form-data; name="q"\r\n\r\n' + HALF + b"\r\n--b--\r\n"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/search/", "/i18n/setlang/", "/api/v1/search/"])
def test_half_characters_never_get_in(client: Client, address: str) -> None:
    kind = "multipart/form-data; boundary=b; charset=unicode_escape"

    response = client.post(address, BODY, content_type=kind)

    assert response.status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8"])
def test_utf_8_is_read(client: Client, charset: str) -> None:
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    body = BODY.replace(HALF, "灯".encode())

    assert client.post("/search/", body, content_type=kind).status_code == 303
