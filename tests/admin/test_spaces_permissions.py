"""Who may change spaces may not drop them nor pin questions for that: each is a permission."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from search.models import EmbeddingSpace, Errand, GoldenQuery
from search.services.comparing import compare, remember
from tests.admin.conftest import log_in
from tests.admin.pages import text_of
from tests.admin.spaces import PIN, SPACES, action, page_of

MAY_CHANGE = ("view_embeddingspace", "change_embeddingspace")


def clerk_with(*codenames: str) -> Client:
    user = User.objects.create_user("clerk", password="a long password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=[*MAY_CHANGE, *codenames]))
    return log_in(user)


def test_dropping_wants_the_permission_to_delete(second: EmbeddingSpace):
    clerk = clerk_with()
    page = clerk.get(SPACES).content.decode()
    assert action(second, "drop") not in page
    assert action(second, "compare") in page
    assert clerk.get(action(second, "drop")).status_code == 403
    assert clerk.post(action(second, "drop")).status_code == 403
    assert not Errand.objects.exists()


def test_who_may_delete_spaces_may_drop_them(second: EmbeddingSpace):
    clerk = clerk_with("delete_embeddingspace")
    assert action(second, "drop") in clerk.get(SPACES).content.decode()
    clerk.post(action(second, "drop"))
    assert Errand.objects.get().kind == "drop"


def test_pinning_wants_the_permission_to_add(space: EmbeddingSpace, second: EmbeddingSpace):
    remember(comparison=compare(before=space, after=second), space=second)
    clerk = clerk_with()
    for path in (SPACES, page_of(second, "comparison")):
        assert PIN not in clerk.get(path).content.decode()
    assert clerk.post(PIN, {"sku": "P-1"}).status_code == 403
    assert not GoldenQuery.objects.exists()


@pytest.mark.parametrize("codenames", [(), ("change_goldenquery",)], ids=["add", "change"])
def test_who_pins_goes_on_to_what_he_may_see(products: list[Product], codenames: tuple[str, ...]):
    clerk = clerk_with("add_goldenquery", *codenames)
    assert PIN in clerk.get(SPACES).content.decode()
    answer = clerk.post(PIN, {"sku": "P-1"}, follow=True)
    golden = GoldenQuery.objects.get()
    page = reverse("admin:search_goldenquery_change", args=[golden.pk]) if codenames else SPACES
    assert answer.redirect_chain == [(page, 302)]
    assert answer.status_code == 200
    assert "It is among the questions of every comparison" in text_of(answer)


def test_golden_queries_are_not_linked_for_who_may_not_see_them(products: list[Product]):
    listed = reverse("admin:search_goldenquery_changelist")
    assert listed not in clerk_with("add_goldenquery").get(SPACES).content.decode()
