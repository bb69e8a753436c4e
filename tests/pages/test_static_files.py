"""The page's files as a real shop serves them: packed, under hashed names, and kept for good."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from config.settings import base

FOR_GOOD = "max-age=315360000, public, immutable"
HASHED = re.compile(r"\.[0-9a-f]{12}\.(css|js|svg)$")
IMPORT = re.compile(r'^import .* from "([^"]+)";$', re.MULTILINE)


@pytest.fixture(autouse=True)
def collected(settings: Any, tmp_path: Path) -> Path:
    """Our own files, collected as the stack does it."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = base.STORAGES
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.WHITENOISE_AUTOREFRESH = False
    call_command("collectstatic", "--noinput", verbosity=0)
    return Path(settings.STATIC_ROOT)


def names() -> list[str]:
    """Every file of ours, by the name that templates call it."""
    return [
        str(each.relative_to(folder))
        for folder in base.STATICFILES_DIRS
        for each in sorted(folder.rglob("*.*"))
    ]


def served(address: str, accepts: str = "gzip") -> tuple[HttpResponseBase, bytes]:
    server = WhiteNoiseMiddleware(_missed)
    response = server(RequestFactory().get(address, HTTP_ACCEPT_ENCODING=accepts))
    return response, b"".join(response)


def _missed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=404)


def test_every_file_has_a_hashed_name_and_may_be_kept_for_good() -> None:
    for name in names():
        address = staticfiles_storage.url(name)
        response, _body = served(address)

        assert HASHED.search(address), name
        assert (response.status_code, response["Cache-Control"]) == (200, FOR_GOOD), name


def test_sheet_and_modules_leave_packed() -> None:
    for name in ("css/shop.css", "js/shop.js", "js/crop/cropper.js"):
        address = staticfiles_storage.url(name)
        packed, body = served(address)
        _plain, whole = served(address, accepts="")

        assert packed["Content-Encoding"] == "gzip"
        assert packed["Vary"] == "Accept-Encoding"
        assert gzip.decompress(body) == whole
        assert len(body) < len(whole) / 2


def test_a_module_imports_the_very_addresses_that_the_page_preloads() -> None:
    """A module under two names would be loaded and run twice."""
    modules = [staticfiles_storage.url(name) for name in names() if name.startswith("js/")]
    imported = {
        urljoin(address, each)
        for address in modules
        for each in IMPORT.findall(served(address, accepts="")[1].decode())
    }

    assert imported == {each for each in modules if "/js/shop." not in each}
