"""Where products and their files are served.

An answer names up to a hundred products with two files each. Resolving one of these addresses takes
Django 15 to 30 us, as long as all else of a card: those that only depend on a name are remembered.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import DEFAULT_STORAGE_ALIAS
from django.core.files.storage import FileSystemStorage, storages
from django.urls import get_script_prefix, reverse

REMEMBERED = 16_384


def product_address(slug: str) -> str:
    return _product_address(slug, get_script_prefix())


def file_address(name: str) -> str:
    """Where the storage serves the file of that name.

    Another storage than the file system's is asked each time: its addresses may be signed, and end.
    """
    storage = storages[DEFAULT_STORAGE_ALIAS]
    if type(storage) is FileSystemStorage:
        return _file_address(name, storage.base_url)
    return storage.url(name)


def thumbnail_name(name: str, size: int) -> str:
    """What the WebP thumbnail of that size is called that lies beside a picture's file."""
    folder, _, _ = name.rpartition("/")
    return f"{folder}/{size}.webp"


@lru_cache(maxsize=REMEMBERED)
def _product_address(slug: str, _prefix: str) -> str:
    return reverse("product", args=[slug])


@lru_cache(maxsize=REMEMBERED)
def _file_address(name: str, _base: str) -> str:
    return storages[DEFAULT_STORAGE_ALIAS].url(name)
