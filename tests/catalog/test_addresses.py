"""Where files and products are served: remembered, and still what the storage and the urls say."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.urls import reverse, set_script_prefix
from hypothesis import given
from hypothesis import strategies as st

from catalog.addresses import file_address, product_address, thumbnail_name

NAME = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=40
)


@given(NAME)
def test_a_file_is_where_its_storage_says(name: str) -> None:
    assert file_address(name) == file_address(name) == default_storage.url(name)


def test_an_address_follows_the_setting(settings: Any) -> None:
    before = file_address("products/a b.jpg")
    settings.MEDIA_URL = "https://files.example/shop/"

    assert before == "/media/products/a%20b.jpg"
    assert file_address("products/a b.jpg") == "https://files.example/shop/products/a%20b.jpg"


class Signing(FileSystemStorage):
    """Its addresses end, as those of a cloud's private bucket do."""

    signed = 0

    def url(self, name: str | None) -> str:
        Signing.signed += 1
        return f"https://bucket.example/{name}?signature={Signing.signed}"


def test_another_storage_is_asked_each_time(settings: Any) -> None:
    Signing.signed = 0
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{Signing.__module__}.{Signing.__qualname__}"},
    }

    assert file_address("a.jpg") == "https://bucket.example/a.jpg?signature=1"
    assert file_address("a.jpg") == "https://bucket.example/a.jpg?signature=2"


@pytest.mark.parametrize(
    ("name", "thumbnail"),
    [("products/1a/1a2b/shoe.jpg", "products/1a/1a2b/480.webp"), ("shoe.jpg", "/480.webp")],
)
def test_a_thumbnail_lies_beside_its_picture(name: str, thumbnail: str) -> None:
    assert thumbnail_name(name, 480) == thumbnail


def test_a_products_address_follows_where_the_shop_is_mounted() -> None:
    assert product_address("red-lamp") == reverse("product", args=["red-lamp"])
    set_script_prefix("/shop/")
    try:
        assert product_address("red-lamp") == reverse("product", args=["red-lamp"])
        assert product_address("red-lamp").startswith("/shop/")
    finally:
        set_script_prefix("/")
