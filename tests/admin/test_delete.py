"""Deleting products takes along what the index derived from them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from search.models import EmbeddingJob, ImageEmbedding
from search.services import embed_pending
from tests.admin.conftest import log_in
from tests.admin.pages import PRODUCTS
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db


def indexed_product() -> Product:
    product = make_product()
    add_photo(product, 1)
    embed_pending()
    assert ImageEmbedding.objects.filter(product_id=product.pk).count() == 1
    return product


def delete_chosen(client: Client, *products: Product) -> int:
    chosen = [product.pk for product in products]
    fields = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    return client.post(PRODUCTS, fields).status_code


def test_chosen_products_go_with_their_jobs_and_vectors(staff: Client):
    kept, first, second = indexed_product(), indexed_product(), indexed_product()
    assert delete_chosen(staff, first, second) == 302
    assert list(Product.objects.all()) == [kept]
    assert EmbeddingJob.objects.count() == 1
    assert ImageEmbedding.objects.get().product_id == kept.pk


def test_one_product_is_deleted_from_its_form(staff: Client):
    product = indexed_product()
    address = reverse("admin:catalog_product_delete", args=[product.pk])
    assert staff.post(address, {"post": "yes"}).status_code == 302
    assert Product.objects.count() == EmbeddingJob.objects.count() == 0


def test_who_may_not_delete_products_still_may_not(space):
    editor = User.objects.create_user("editor", password="a long password", is_staff=True)
    may = Permission.objects.filter(codename__in=["view_product", "change_product"])
    editor.user_permissions.set(may)
    product = indexed_product()
    delete_chosen(log_in(editor), product)
    assert Product.objects.get() == product
