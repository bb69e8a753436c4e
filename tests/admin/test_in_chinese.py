"""Staff who read Chinese meet no English in the admin, but for what the shop itself wrote."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalog.models import Product
from search.models import EmbeddingJob, EmbeddingSpace, Errand, SearchEvent, SearchFeedback
from search.services.comparing import compare, remember
from search.services.errands import request_errand, run_errands
from tests.admin.pages import ADD_PRODUCT, JOBS, PRODUCTS, act, change_page, product_fields
from tests.admin.spaces import CREATE, PIN, SPACES, action, page_of
from tests.english import english_in
from tests.factories import make_category
from tests.search.test_tune_policy import REPORT

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
# Names of the person, of spaces, of a package; and Django's pictures of a magnifying glass, of yes
# and of no, which it describes in English alone.
OWN = frozenset({"admin", "fake", "second", "MUG", "EUR", "Axes", "Search", "True", "False"})


@pytest.fixture
def reader(staff: Client, products: list[Product]) -> Client:
    """An administrator's browser that asks for Chinese; the shop's words are Chinese."""
    staff.defaults["HTTP_ACCEPT_LANGUAGE"] = CHINESE["accept-language"]
    for product in products:
        Product.objects.filter(pk=product.pk).update(title=f"第{product.pk}件")
    return staff


def assert_chinese(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    assert '<html lang="zh-hans"' in response.content.decode()
    assert english_in(response, names=OWN) == []
    return str(response.content.decode())


def test_the_door(client: Client, db: None):
    log_in = reverse("admin:login")

    assert_chinese(client.get(log_in, headers=CHINESE))
    wrong = {"username": "admin", "password": "wrong"}
    assert_chinese(client.post(log_in, wrong, headers=CHINESE))


def test_the_first_page_and_an_index_that_waits(reader: Client):
    assert_chinese(reader.get(reverse("admin:index")))
    EmbeddingJob.objects.update(state="pending")
    assert_chinese(reader.get(reverse("admin:index")))


@pytest.mark.parametrize(
    "name",
    [
        "catalog_product_changelist",
        "catalog_category_changelist",
        "catalog_category_add",
        "catalog_tag_changelist",
        "catalog_tag_add",
        "search_embeddingjob_changelist",
        "search_embeddingspace_changelist",
        "search_goldenquery_changelist",
        "search_apikey_changelist",
        "search_apikey_add",
        "search_searchevent_changelist",
        "search_searchfeedback_changelist",
        "auth_user_changelist",
        "auth_group_changelist",
    ],
)
def test_lists_and_empty_forms(reader: Client, name: str):
    assert_chinese(reader.get(reverse(f"admin:{name}")))


def test_a_product_its_form_and_its_history(reader: Client, products: list[Product]):
    make_category("椅子")

    assert_chinese(reader.get(ADD_PRODUCT))
    assert_chinese(reader.get(change_page(products[0])))
    assert_chinese(
        reader.post(ADD_PRODUCT, product_fields(price="x", title="", description="", currency="e"))
    )
    saved = reader.post(
        ADD_PRODUCT, product_fields(title="蓝杯", description="喝茶用。"), follow=True
    )
    assert_chinese(saved)
    history = reverse("admin:catalog_product_history", args=[Product.objects.get(title="蓝杯").pk])
    assert_chinese(reader.get(history))


@pytest.mark.parametrize("name", ["publish", "archive", "embed_again", "delete_selected"])
def test_what_is_done_with_many_products(reader: Client, products: list[Product], name: str):
    assert_chinese(act(reader, PRODUCTS, name, *products[:2]))


def test_pictures_that_failed(reader: Client, products: list[Product]):
    reason = translation.gettext_noop("The image was deleted.")
    with translation.override("zh-hans"):  # as a worker of a Chinese shop writes it
        EmbeddingJob.objects.update(state="failed", error=translation.gettext(reason))

    assert "图片已被删除。" in assert_chinese(reader.get(JOBS))
    assert_chinese(act(reader, JOBS, "retry", *EmbeddingJob.objects.all()))


def test_what_shoppers_asked_and_opened(reader: Client, products: list[Product]):
    for kind in SearchEvent.Kind.values:
        SearchEvent.objects.create(kind=kind, door="页面", plan="精确", results=3, took_ms=12)
    for band in ("same", "very_similar", "similar", "weak"):
        SearchFeedback.objects.create(
            kind="click", asked_by="photo", product=products[0], position=1, band=band
        )
    SearchFeedback.objects.create(kind="missed", asked_by="text")

    assert "12毫秒" in assert_chinese(reader.get(reverse("admin:search_searchevent_changelist")))
    assert_chinese(reader.get(reverse("admin:search_searchfeedback_changelist")))


def test_spaces_and_what_can_be_done_with_them(reader: Client, second: EmbeddingSpace):
    assert_chinese(reader.get(SPACES))
    for name in ("switch", "compare", "fill", "pause", "drop"):
        assert_chinese(reader.get(action(second, name)))
    assert_chinese(reader.post(action(second, "switch"), follow=True))
    assert_chinese(reader.get(SPACES))


def test_refusals_of_spaces(reader: Client, second: EmbeddingSpace):
    EmbeddingJob.objects.filter(space=second).update(state="failed")
    second.embeddings.all().delete()

    assert_chinese(reader.get(action(second, "switch")))
    assert_chinese(reader.post(action(second, "switch"), follow=True))
    assert_chinese(reader.post(PIN, {"sku": "P-99"}, follow=True))
    assert_chinese(reader.post(PIN, {"sku": "P-3"}, follow=True))


def test_what_was_learned(reader: Client, space: EmbeddingSpace, second: EmbeddingSpace):
    for accepted in (True, False):
        second.report = {"tuning": {**REPORT, "accepted": accepted, "gain": 4.5, "reason": ""}}
        second.save()
        assert_chinese(reader.get(page_of(second, "lesson")))
        assert_chinese(reader.get(SPACES))


def test_a_comparison(reader: Client, space: EmbeddingSpace, second: EmbeddingSpace):
    remember(comparison=compare(before=space, after=second), space=second)

    assert_chinese(reader.get(page_of(second, "comparison")))
    assert_chinese(reader.get(action(second, "switch")))


@pytest.mark.parametrize("kind", [Errand.Kind.COMPARE, Errand.Kind.FILL, Errand.Kind.TUNE])
def test_what_a_worker_of_a_chinese_shop_did(
    reader: Client, space: EmbeddingSpace, second: EmbeddingSpace, kind: Errand.Kind
):
    request_errand(kind=kind, space=space if kind == Errand.Kind.TUNE else second)
    with translation.override("zh-hans"):
        run_errands()

    assert_chinese(reader.get(SPACES))


def test_ways_of_seeing_to_choose_from(reader: Client):
    choices = english_in(reader.get(CREATE), names=OWN)

    # A way of seeing goes by the name of its network.
    assert [each for each in choices if "看" not in each and "：" not in each] == []
