"""Posting the admin's forms the way a browser does, and reading what comes back."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from tests.factories import draw_photo, jpeg_bytes

PRODUCTS = reverse("admin:catalog_product_changelist")
ADD_PRODUCT = reverse("admin:catalog_product_add")
JOBS = reverse("admin:search_embeddingjob_changelist")


def change_page(product: Product) -> str:
    return reverse("admin:catalog_product_change", args=[product.pk])


def photo_file(name: str, seed: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg_bytes(draw_photo(seed)), "image/jpeg")


def product_fields(**overrides: Any) -> dict[str, Any]:
    """What the add form sends for a product without images."""
    return {
        "sku": "MUG-1",
        "title": "Blue mug",
        "slug": "",
        "status": "active",
        "category": "",
        "description": "Holds tea.",
        "price": "12.50",
        "currency": "EUR",
        "stock": "3",
        "images-TOTAL_FORMS": "0",
        "images-INITIAL_FORMS": "0",
        **overrides,
    }


def fields_of(product: Product, **overrides: Any) -> dict[str, Any]:
    """What the change form sends when nothing is touched."""
    images = list(product.images.all())
    rows: dict[str, Any] = {
        "images-TOTAL_FORMS": str(len(images)),
        "images-INITIAL_FORMS": str(len(images)),
    }
    for number, image in enumerate(images):
        row = {"id": image.pk, "product": product.pk, "alt": image.alt, "position": image.position}
        rows |= {f"images-{number}-{name}": value for name, value in row.items()}
    own = {"sku": product.sku, "title": product.title, "slug": product.slug}
    return product_fields(**{**own, **rows, **overrides})


def act(client: Client, page: str, action: str, *chosen: Any) -> HttpResponse:
    """Runs an action on the chosen rows of a list and follows to the page that reports it."""
    data = {"action": action, "_selected_action": [row.pk for row in chosen]}
    return client.post(page, data, follow=True)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def text_of(response: HttpResponse) -> str:
    """What a person reads on the page, in one line."""
    parser = _Text()
    parser.feed(response.content.decode())
    return " ".join(" ".join(parser.words).split())
