"""The Spaces page: what it tells, what may be done, by whom, and what is remembered of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product
from search.models import EmbeddingJob, EmbeddingSpace, Errand, GoldenQuery, ImageEmbedding
from search.services import embed_pending
from search.services.comparing import compare, remember
from search.services.spaces import create_space
from tests.admin.pages import text_of
from tests.factories import add_photo, make_product
from tests.search.test_tune_policy import REPORT

SPACES = reverse("admin:search_embeddingspace_changelist")
CREATE = reverse("admin:search_space_create")
PIN = reverse("admin:search_space_pin")


def action(space: EmbeddingSpace, name: str) -> str:
    return reverse("admin:search_space_action", args=[space.pk, name])


def page_of(space: EmbeddingSpace, name: str) -> str:
    return reverse(f"admin:search_space_{name}", args=[space.pk])


@pytest.fixture
def products(space: EmbeddingSpace) -> list[Product]:
    """Twelve, one photo each, embedded in the space that is searched."""
    made = [make_product(sku=f"P-{seed}", title=f"Piece {seed}") for seed in range(12)]
    for seed, product in enumerate(made):
        add_photo(product, seed)
    embed_pending(limit=12)
    return made


@pytest.fixture
def second(space: EmbeddingSpace, products: list[Product]) -> EmbeddingSpace:
    """A space that holds every picture at the place of another one, ready to be switched to."""
    made = create_space("fake@1", name="second@1")
    rows = list(ImageEmbedding.objects.filter(space=space).order_by("image_id"))
    vectors = [row.vector for row in rows]
    for row, place in zip(rows, np.random.default_rng(1).permutation(len(rows)), strict=True):
        row.space, row.vector = made, vectors[place]
    ImageEmbedding.objects.bulk_create(rows)
    for row in rows:
        EmbeddingJob.objects.update_or_create(
            image_id=row.image_id, space=made, defaults={"checksum": row.checksum, "state": "ready"}
        )
    return made


def errands() -> list[tuple[str, str, str]]:
    found = Errand.objects.order_by("pk").values_list("kind", "space__name", "asked_by__username")
    return list(found)


def history() -> list[tuple[str, str]]:
    return [
        (each.object_repr, each.get_change_message()) for each in LogEntry.objects.order_by("pk")
    ]


def active() -> str:
    return EmbeddingSpace.objects.active().get().name


def test_the_page_tells_how_each_space_stands(
    staff: Client, space: EmbeddingSpace, second: EmbeddingSpace
):
    EmbeddingJob.objects.filter(space=space).first().delete()
    EmbeddingJob.objects.filter(pk=EmbeddingJob.objects.filter(space=space).first().pk).update(
        state="failed"
    )
    page = text_of(staff.get(SPACES))
    assert "fake@1 Searched Pictures 10 of 12 Waiting 0 Failed 1" in page
    assert "second@1 Being made ready Pictures 12 of 12 Waiting 0 Failed 0" in page
    assert page.index("fake@1") < page.index("second@1")
    assert "New pictures go to it." in page


def test_a_space_that_was_left_long_ago_follows_no_more(staff: Client, second: EmbeddingSpace):
    EmbeddingSpace.objects.filter(pk=second.pk).update(state="retired", retired_at=None)
    assert "New pictures don't go to it any more." in text_of(staff.get(SPACES))


def test_buttons_fit_the_space(staff: Client, space: EmbeddingSpace, second: EmbeddingSpace):
    rows = {
        row.space.name: [each.name for each in found]
        for row, found in staff.get(SPACES).context["rows"]
    }
    assert rows == {"fake@1": ["tune"], "second@1": ["switch", "compare", "drop"]}


def test_viewer_sees_no_button_and_may_do_nothing(viewer: Client, second: EmbeddingSpace):
    page = viewer.get(SPACES)
    assert page.status_code == 200
    assert [found for _, found in page.context["rows"]] == [[], []]
    assert viewer.get(action(second, "switch")).status_code == 403
    assert viewer.post(action(second, "switch")).status_code == 403
    assert viewer.post(CREATE, {"card": "fake@1"}).status_code == 403
    assert viewer.post(PIN, {"sku": "P-1"}).status_code == 403
    assert (active(), errands(), GoldenQuery.objects.count()) == ("fake@1", [], 0)


def test_stranger_is_led_to_the_login_page(client: Client, second: EmbeddingSpace):
    answer = client.post(action(second, "switch"))
    assert (answer.status_code, active()) == (302, "fake@1")
    assert answer["Location"].startswith("/admin/login/")


def test_nothing_happens_before_it_is_confirmed(staff: Client, second: EmbeddingSpace):
    page = staff.get(action(second, "switch"))
    assert "It was not compared yet." in text_of(page)
    assert active() == "fake@1"


def test_switch_and_back(staff: Client, space: EmbeddingSpace, second: EmbeddingSpace):
    told = text_of(staff.post(action(second, "switch"), follow=True))
    assert "second@1 is searched now. You can go back to fake@1 for a day." in told
    assert active() == "second@1"
    told = text_of(staff.post(action(space, "rollback"), follow=True))
    assert "fake@1 is searched again." in told
    assert active() == "fake@1"
    assert history() == [("second@1", "Search here"), ("fake@1", "Go back to this")]


def test_a_space_that_lacks_pictures_is_not_switched_to(staff: Client, second: EmbeddingSpace):
    ImageEmbedding.objects.filter(space=second).first().delete()
    told = text_of(staff.post(action(second, "switch"), follow=True))
    assert "second@1 lacks 1 of the pictures that customers find now." in told
    assert active() == "fake@1"
    assert history() == []


@pytest.mark.parametrize("name", ["compare", "fill", "drop"])
def test_long_work_is_asked_of_the_worker(staff: Client, second: EmbeddingSpace, name: str):
    told = text_of(staff.post(action(second, name), follow=True))
    assert "The worker does it now." in told
    assert errands() == [(name, "second@1", "admin")]
    assert [each[0] for each in history()] == ["second@1"]
    assert "second@1 Waiting asked by admin" in told


def test_learning_is_asked_of_the_worker(staff: Client, space: EmbeddingSpace):
    staff.post(action(space, "tune"))
    assert errands() == [("tune", "fake@1", "admin")]


def test_unknown_actions_and_spaces_are_not_found(staff: Client, second: EmbeddingSpace):
    assert staff.post(action(second, "explode")).status_code == 404
    second.pk += 100
    assert staff.post(action(second, "switch")).status_code == 404


def test_progress_and_outcome_of_errands_are_shown(staff: Client, second: EmbeddingSpace):
    fields = {"space": second, "space_name": "second@1"}
    Errand.objects.create(kind="tune", state="running", step="Looking", done=5, total=20, **fields)
    Errand.objects.create(kind="fill", state="failed", outcome="The disk is full.", **fields)
    page = text_of(staff.get(SPACES))
    assert "Learn from the catalogue: second@1 Running Looking: 5 / 20 begun by itself" in page
    assert "Fill: second@1 Failed The disk is full." in page
    assert "Look again" in page


def test_nothing_to_look_at_again_when_all_is_done(staff: Client, second: EmbeddingSpace):
    Errand.objects.create(kind="fill", state="done", outcome="Done.", space_name="second@1")
    assert "Look again" not in text_of(staff.get(SPACES))


def test_a_space_is_made_of_a_card_and_filled(
    staff: Client, products: list[Product], settings: Any
):
    name = "efficientnet-lite0/fast@1"
    told = text_of(staff.post(CREATE, {"card": name}, follow=True))
    assert "The worker does it now." in told
    assert EmbeddingSpace.objects.get(name=name).state == "building"
    assert errands() == [("fill", name, "admin")]
    assert history() == [(name, "Created."), (name, "Fill")]
    again = text_of(staff.post(CREATE, {"card": name}))
    assert f"There is a space {name} already." in again
    assert "a name of its own" in again


def test_only_cards_of_the_shop_are_offered(staff: Client, space: EmbeddingSpace):
    page = staff.post(CREATE, {"card": "evil:module"})
    assert EmbeddingSpace.objects.count() == 1
    assert "Select a valid choice" in text_of(page)


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
