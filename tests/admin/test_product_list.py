"""The product list: what it shows, how it is narrowed, and that it stays cheap."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.admin.paging import BoundedCountPaginator
from catalog.models import Product
from search.models import EmbeddingJob
from tests.admin.pages import PRODUCTS, act, text_of
from tests.factories import add_photo, make_category, make_product


def skus(client: Client, **parameters: str) -> list[str]:
    return [product.sku for product in client.get(PRODUCTS, parameters).context["cl"].result_list]


def badge(client: Client, product: Product) -> tuple[str, str, str]:
    """The state, the tooltip and the words of the product's badge."""
    page = client.get(PRODUCTS, {"q": product.sku}).content.decode()
    found = re.search(r'<span class="badge badge-(\w+)" title="([^"]*)">([^<]*)</span>', page)
    assert found is not None
    return found[1], found[2], found[3]


def queries_for_list(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(PRODUCTS).status_code == 200
    return len(captured)


def test_number_of_queries_does_not_follow_number_of_products(staff: Client):
    add_photo(make_product(tags=("colour:red",), category=make_category()))
    one = queries_for_list(staff)
    for seed in range(6):
        product = make_product(tags=("colour:red", "size:xl"), category=make_category())
        add_photo(product, seed)
        add_photo(product, seed + 100)
    assert queries_for_list(staff) == one


@pytest.mark.parametrize(
    ("state", "error", "words", "reason"),
    [
        ("ready", "", "Ready", "Found by photo."),
        ("pending", "", "Pending", "Waits for the embedding worker."),
        ("failed", "The file is damaged.", "Failed", "The file is damaged."),
    ],
)
def test_badge_shows_state_of_only_image(staff: Client, state, error, words, reason):
    image = add_photo(make_product())
    EmbeddingJob.objects.filter(image=image).update(state=state, error=error)
    assert badge(staff, image.product) == (state, reason, words)


def test_badge_is_that_of_the_worst_image_with_its_share(staff: Client):
    product = make_product()
    first, _second = add_photo(product, 1), add_photo(product, 2)
    EmbeddingJob.objects.update(state="ready")
    EmbeddingJob.objects.filter(image=first).update(state="failed", error="Too dark.")
    assert badge(staff, product) == ("failed", "Too dark.", "Failed 1/2")


def test_image_without_a_job_is_stale(staff: Client):
    image = add_photo(make_product())
    EmbeddingJob.objects.all().delete()
    assert badge(staff, image.product)[0::2] == ("stale", "Stale")


def test_product_without_images_says_so(staff: Client):
    assert badge(staff, make_product())[0::2] == ("none", "No images")


def test_search_finds_part_of_sku_and_of_title(staff: Client):
    make_product(sku="MUG-17", title="Blue mug")
    make_product(sku="HAT-3", title="Straw hat")
    assert skus(staff, q="ug-1") == ["MUG-17"]
    assert skus(staff, q="straw") == ["HAT-3"]
    make_product(sku="DRESS-1", title="红色连衣裙")
    assert skus(staff, q="连衣") == ["DRESS-1"]


def test_category_filter_takes_the_subtree_and_offers_the_level_below(staff: Client):
    home = make_category("Home")
    kitchen = make_category("Kitchen", parent=home)
    make_product(sku="PAN", category=kitchen)
    make_product(sku="HAT", category=make_category("Wear"))
    assert skus(staff, category=str(home.pk)) == ["PAN"]
    page = staff.get(PRODUCTS, {"category": str(home.pk)}).content.decode()
    assert "Kitchen</a>" in page
    assert "Wear</a>" not in page


def test_facet_filters_narrow_one_after_the_other(staff: Client):
    both = make_product(sku="RED-XL", tags=("colour:red", "size:xl"))
    make_product(sku="RED-S", tags=("colour:red", "size:s"))
    red, large = both.tags.order_by("facet")
    assert skus(staff, **{"facet:colour": str(red.pk)}) == ["RED-S", "RED-XL"]
    chosen = {"facet:colour": str(red.pk), "facet:size": str(large.pk)}
    assert skus(staff, **chosen) == ["RED-XL"]


def test_filters_of_nonsense_do_not_break_the_page(staff: Client):
    make_product(sku="MUG", tags=("colour:red",), category=make_category())
    assert skus(staff, category="abc") == []
    assert skus(staff, **{"facet:colour": "x'"}) == []


def test_short_list_is_counted_exactly_and_long_one_estimated(db: None):
    for _ in range(4):
        make_product()
    rows = Product.objects.order_by("-pk")
    short = BoundedCountPaginator(rows, 2)
    assert (short.count, short.is_estimate) == (4, False)
    long = BoundedCountPaginator(rows, 2)
    long.exact_limit = 2
    assert long.is_estimate
    assert long.count >= 3


def test_estimate_is_announced(staff: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(BoundedCountPaginator, "exact_limit", 1)
    make_product()
    make_product()
    assert re.search(r"about \d+ products", text_of(staff.get(PRODUCTS)))


def test_publish_and_archive_tell_how_many_changed(staff: Client):
    draft, active = make_product(status="draft"), make_product(status="active")
    page = text_of(act(staff, PRODUCTS, "publish", draft, active))
    assert "1 product is now active." in page
    page = text_of(act(staff, PRODUCTS, "archive", draft, active))
    assert "2 products are now archived." in page
    assert set(Product.objects.values_list("status", flat=True)) == {"archived"}
