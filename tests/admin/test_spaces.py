"""The Spaces page: what it tells, what may be done, by whom, and what is remembered of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Product
from search.admin import spaces_forms
from search.models import EmbeddingJob, EmbeddingSpace, Errand, GoldenQuery, ImageEmbedding
from search.services import fill
from tests.admin.conftest import log_in
from tests.admin.pages import text_of
from tests.admin.spaces import CREATE, PIN, SPACES, action, history, page_of


def errands() -> list[tuple[str, str, str]]:
    found = Errand.objects.order_by("pk").values_list("kind", "space__name", "asked_by__username")
    return list(found)


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
    assert "second@1 Ready Pictures 12 of 12 Waiting 0 Failed 0" in page
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


def test_staff_without_the_permission_see_nothing(second: EmbeddingSpace):
    user = User.objects.create_user("clerk", password="a long password", is_staff=True)
    clerk = log_in(user)
    paths = [SPACES, page_of(second, "comparison"), page_of(second, "lesson")]
    assert [clerk.get(path).status_code for path in paths] == [403, 403, 403]


@pytest.mark.parametrize("name", ["tune", "switch", "rollback", "compare", "fill", "pause", "drop"])
def test_another_site_can_make_staff_do_nothing(staff: Client, second: EmbeddingSpace, name: str):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = staff.cookies
    assert strict.post(action(second, name)).status_code == 403
    assert strict.get(action(second, name)).status_code == 200
    assert (active(), errands(), history()) == ("fake@1", [], [])


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


def test_a_second_click_neither_switches_on_nor_back(
    staff: Client, space: EmbeddingSpace, second: EmbeddingSpace
):
    staff.post(action(second, "switch"))
    assert "second@1 is searched already." in text_of(
        staff.post(action(second, "switch"), follow=True)
    )
    staff.post(action(space, "rollback"))
    staff.post(action(space, "rollback"))
    assert active() == "fake@1"


def test_before_a_switch_one_is_told_what_is_missing(staff: Client, second: EmbeddingSpace):
    EmbeddingJob.objects.filter(space=second).first().delete()
    page = staff.get(action(second, "switch"))
    assert "It lacks 1 picture that customers find now. Fill it first" in text_of(page)
    assert action(second, "fill") in page.content.decode()
    assert b'type="submit">Search here' not in page.content


def test_a_space_that_lacks_pictures_is_not_switched_to(staff: Client, second: EmbeddingSpace):
    ImageEmbedding.objects.filter(space=second).first().delete()
    told = text_of(staff.post(action(second, "switch"), follow=True))
    assert "second@1 lacks 1 of the pictures that customers find now. Fill it first." in told
    assert "manage.py" not in told
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


def test_filling_is_paused_and_gone_on_with(staff: Client, second: EmbeddingSpace):
    fill(second)
    EmbeddingJob.objects.filter(space=second).update(state="pending")
    assert "second@1 Being made ready" in text_of(staff.get(SPACES))
    assert action(second, "pause") in staff.get(SPACES).content.decode()

    told = text_of(staff.post(action(second, "pause"), follow=True))

    assert "second@1 is paused. Fill it again to go on." in told
    assert "second@1 Paused" in told
    assert "New pictures wait until you fill it." in told
    assert "Nothing moved" not in told
    assert action(second, "pause") not in staff.get(SPACES).content.decode()
    assert "second@1 Being made ready" in text_of(staff.post(action(second, "fill"), follow=True))
    assert history() == [("second@1", "Pause"), ("second@1", "Fill")]


def test_unknown_actions_and_spaces_are_not_found(staff: Client, second: EmbeddingSpace):
    assert staff.post(action(second, "explode")).status_code == 404
    second.pk += 100
    assert staff.post(action(second, "switch")).status_code == 404


def test_progress_and_outcome_of_errands_are_shown(staff: Client, second: EmbeddingSpace):
    fields = {"space": second, "space_name": "second@1"}
    looking = {"state": "running", "step": "Looking", "done": 5, "total": 20}
    Errand.objects.create(kind="tune", by_policy=True, **looking, **fields)
    Errand.objects.create(kind="fill", state="failed", outcome="The disk is full.", **fields)
    page = text_of(staff.get(SPACES))
    assert "Learn from the catalogue: second@1 Running Looking: 5 / 20 begun by itself" in page
    assert "Fill: second@1 Failed The disk is full. asked for" in page
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
    assert "fake" not in text_of(page)


def test_cards_of_packages_that_are_not_installed_are_not_offered(
    staff: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(spaces_forms, "find_spec", lambda package: package == "timm")
    (own, cards), *others = staff.get(CREATE).context["form"].fields["card"].choices
    assert (own, cards[0][0]) == ("They come with Lookalike", "efficientnet-lite0/balanced@1")
    assert [group for group, _ in others] == [
        "timm: the network is fetched from the Internet, once"
    ]
