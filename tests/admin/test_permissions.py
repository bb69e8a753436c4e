"""Who may do what: someone who may only look can't change anything."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from search.models import EmbeddingJob, SearchEvent
from tests.admin.pages import (
    ADD_PRODUCT,
    JOBS,
    PRODUCTS,
    act,
    change_page,
    fields_of,
    photo_file,
    product_fields,
    text_of,
)
from tests.factories import add_photo, make_product

SPACES = reverse("admin:search_embeddingspace_changelist")
EVENTS = reverse("admin:search_searchevent_changelist")


def test_stranger_is_led_to_the_login_page(client: Client, db: None):
    answer = client.get(PRODUCTS)
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={PRODUCTS}")


@pytest.mark.parametrize("page", [PRODUCTS, JOBS, SPACES, EVENTS])
def test_viewer_may_look(viewer: Client, page: str):
    add_photo(make_product())
    assert viewer.get(page).status_code == 200


def test_viewer_sees_product_with_its_images(viewer: Client):
    image = add_photo(make_product())
    page = viewer.get(change_page(image.product))
    assert page.status_code == 200
    assert image.thumbnail_url(160) in page.content.decode()


def test_viewer_may_not_add_nor_change(viewer: Client):
    product = make_product(title="Blue mug")
    photos = [photo_file("a.jpg", 1)]
    assert viewer.post(ADD_PRODUCT, product_fields(new_photos=photos)).status_code == 403
    changed = fields_of(product) | {"title": "Red mug"}
    assert viewer.post(change_page(product), changed).status_code == 403
    product.refresh_from_db()
    assert product.title == "Blue mug"


@pytest.mark.parametrize("action", ["publish", "archive", "embed_again"])
def test_viewer_is_offered_no_action(viewer: Client, action: str):
    product = make_product(status="draft")
    add_photo(product)
    EmbeddingJob.objects.update(state="failed")
    act(viewer, PRODUCTS, action, product)
    product.refresh_from_db()
    assert product.status == "draft"
    assert EmbeddingJob.objects.get().state == "failed"


def test_viewer_may_not_retry(viewer: Client):
    add_photo(make_product())
    EmbeddingJob.objects.update(state="failed")
    act(viewer, JOBS, "retry", EmbeddingJob.objects.get())
    assert EmbeddingJob.objects.get().state == "failed"


@pytest.mark.parametrize("name", ["embeddingjob", "embeddingspace", "searchevent"])
def test_derived_rows_are_never_edited_by_hand(staff: Client, name: str):
    assert staff.get(reverse(f"admin:search_{name}_add")).status_code == 403


def test_searches_are_summed_up_by_day(staff: Client):
    for results, took in ((3, 10.0), (0, 30.0)):
        SearchEvent.objects.create(
            kind="photo", door="page", plan="exact", results=results, took_ms=took
        )
    (day,) = staff.get(EVENTS).context["days"]
    assert (day["searches"], day["by_photo"], day["nothing"], day["p95_ms"]) == (2, 2, 1, 29.0)


def test_first_page_tells_how_the_index_stands(staff: Client):
    for seed, state in enumerate(["ready", "failed", "pending"]):
        EmbeddingJob.objects.filter(image=add_photo(make_product(), seed)).update(state=state)
    page = text_of(staff.get("/admin/"))
    assert "Indexed 1 of 3 Pending 1 oldest" in page
    assert "Failed 1 See why" in page
