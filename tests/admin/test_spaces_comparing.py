"""What the Spaces page shows of a comparison and of what was learned, and its golden queries."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product
from search.models import EmbeddingSpace, Errand, GoldenQuery
from search.services import switch_space
from search.services.comparing import compare, remember
from search.services.spaces import create_space
from tests.admin.pages import text_of
from tests.admin.spaces import PIN, SPACES, action, history, page_of
from tests.search.test_tune_policy import REPORT


def test_a_comparison_shows_both_answers(
    staff: Client, space: EmbeddingSpace, second: EmbeddingSpace
):
    assert staff.get(page_of(second, "comparison")).status_code == 404
    found = compare(before=space, after=second)
    remember(comparison=found, space=second)
    page = staff.get(page_of(second, "comparison"))
    shown = page.context["questions"]
    assert [each.image.pk for each in shown] == [each.image_id for each in found.changes]
    first, kept = shown[0], found.changes[0]
    assert [each.image.pk for each in first.after] == [each.image_id for each in kept.after]
    assert {each.image.product_id for each in first.after if each.alone} == {
        each.product_id for each in kept.after
    } - {each.product_id for each in kept.before}
    assert (
        f"Of the first ten products they found, {round(100 * found.overlap)} % are the same."
        in (text_of(page))
    )


def test_pictures_that_are_gone_are_left_out_of_a_comparison(
    staff: Client, space: EmbeddingSpace, second: EmbeddingSpace
):
    found = compare(before=space, after=second)
    remember(comparison=found, space=second)
    Product.objects.get(pk=found.changes[0].product_id).delete()
    shown = staff.get(page_of(second, "comparison")).context["questions"]
    assert len(shown) == len(found.changes) - 1


def test_the_switch_tells_what_was_compared(
    staff: Client, space: EmbeddingSpace, second: EmbeddingSpace
):
    found = compare(before=space, after=second)
    remember(comparison=found, space=second)
    page = text_of(staff.get(action(second, "switch")))
    assert f"Of the first ten, {round(100 * found.overlap)} % stay the same" in page


def test_a_comparison_with_a_space_that_is_searched_no_more_is_not_told(
    staff: Client, space: EmbeddingSpace, second: EmbeddingSpace
):
    remember(comparison=compare(before=space, after=second), space=second)
    third = create_space("fake@1", name="third@1")
    switch_space(third, force=True)
    assert "It was not compared yet." in text_of(staff.get(action(second, "switch")))


def test_a_name_of_markup_is_shown_as_it_is(
    staff: Client, space: EmbeddingSpace, second: EmbeddingSpace
):
    name = "<img src=x onerror=alert(1)>"
    EmbeddingSpace.objects.filter(pk=second.pk).update(name=name)
    second.name = name
    Product.objects.update(title=f'"{name}')
    remember(comparison=compare(before=space, after=second), space=second)
    second.report = {**second.report, "tuning": {**REPORT, "accepted": True, "reason": name}}
    second.save()
    Errand.objects.create(kind="fill", state="failed", outcome=name, space_name=name)
    paths = [SPACES, *(page_of(second, each) for each in ("comparison", "lesson"))]
    for path in [*paths, action(second, "switch"), action(second, "drop")]:
        page = staff.get(path).content.decode()
        assert (path, name in page, "&lt;img" in page) == (path, False, path != paths[2])


@pytest.mark.parametrize("image", ["0", "\u00b2", "9" * 30, "", "1" * 5000])
def test_a_picture_that_is_gone_is_not_pinned(staff: Client, products: list[Product], image: str):
    told = text_of(staff.post(PIN, {"image": image}, follow=True))
    assert "That picture is gone." in told
    assert not GoldenQuery.objects.exists()


def test_a_question_is_pinned_from_the_comparison(
    staff: Client, second: EmbeddingSpace, products: list[Product]
):
    image = products[4].images.get()
    answer = staff.post(PIN, {"image": image.pk})
    golden = GoldenQuery.objects.get()
    assert golden.image == image
    assert answer["Location"] == reverse("admin:search_goldenquery_change", args=[golden.pk])
    assert history() == [(str(golden), "Added.")]


def test_a_product_is_pinned_by_its_sku(staff: Client, products: list[Product]):
    staff.post(PIN, {"sku": " P-3 "})
    assert GoldenQuery.objects.get().image == products[3].images.get()
    told = text_of(staff.post(PIN, {"sku": "NONE"}, follow=True))
    assert "There is no published product 'NONE'." in told


def test_what_is_expected_is_said_in_the_golden_query(staff: Client, products: list[Product]):
    staff.post(PIN, {"sku": "P-3"})
    golden = GoldenQuery.objects.get()
    page = reverse("admin:search_goldenquery_change", args=[golden.pk])
    staff.post(page, {"expected": [products[5].pk], "note": "The bestseller"})
    golden.refresh_from_db()
    assert list(golden.expected.all()) == [products[5]]
    listed = text_of(staff.get(reverse("admin:search_goldenquery_changelist")))
    assert "P-3 Piece 3 1 The bestseller" in listed


def test_a_lesson_is_told_in_words(staff: Client, space: EmbeddingSpace, second: EmbeddingSpace):
    assert staff.get(page_of(second, "lesson")).status_code == 404
    second.report = {"tuning": {**REPORT, "accepted": True, "tuned": 54.5, "gain": 4.5}}
    second.save()
    page = text_of(staff.get(page_of(second, "lesson")))
    assert "it marks 54.5 of 100 for finding the right products; without it, 50.0." in page
    assert "0 % of your products have one" in page
    assert "Marks 4.5 points more" in text_of(staff.get(SPACES))


def test_a_refusal_is_told_too(staff: Client, space: EmbeddingSpace):
    last = {"at": timezone.now().isoformat(), "photos": 6, "report": REPORT}
    EmbeddingSpace.objects.filter(pk=space.pk).update(report={"last_tuning": last})
    assert page_of(space, "lesson") in staff.get(SPACES).content.decode()
    page = text_of(staff.get(page_of(space, "lesson")))
    assert "Nothing was changed" in page
    assert "Too little to tell." in page


def test_a_golden_query_goes_with_its_product(staff: Client, products: list[Product]):
    staff.post(PIN, {"sku": "P-3"})
    products[3].delete()
    assert not GoldenQuery.objects.exists()
