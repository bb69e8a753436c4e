"""Staff make keys, see each secret once, and revoke them for good."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from search import services
from search.models import ApiKey
from tests.admin.conftest import log_in
from tests.admin.pages import act, text_of
from tests.api.keys import make_key, sending

KEYS = reverse("admin:search_apikey_changelist")
ADD = reverse("admin:search_apikey_add")
KEY = re.compile(r"lk_[A-Za-z0-9]{8}_[A-Za-z0-9]{43}")


def change(key: ApiKey) -> str:
    return reverse("admin:search_apikey_change", args=[key.pk])


def form(**fields: Any) -> dict[str, Any]:
    given = {"name": "Mobile app", "scopes": ["search", "read"], "per_minute": "", "per_day": ""}
    return {**given, "expires_at_0": "", "expires_at_1": "", **fields}


def test_a_new_key_is_shown_once_and_never_again(staff: Client):
    page = staff.post(ADD, form(per_minute="120"))

    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    [secret] = set(KEY.findall(page.content.decode()))
    key = ApiKey.objects.get()
    assert (key.name, key.scopes, key.per_minute, key.per_day) == (
        "Mobile app",
        ["search", "read"],
        120,
        None,
    )
    assert sending(Client(), secret).get("/api/v1/products/").status_code == 200
    for address in (KEYS, change(key), reverse("admin:search_apikey_history", args=[key.pk])):
        told = staff.get(address).content.decode()
        assert secret[12:] not in told
        assert key.hashed_secret not in told
    assert key.shown in text_of(staff.get(KEYS))
    assert not KEY.search("".join(LogEntry.objects.values_list("object_repr", flat=True)))
    assert not any("lk_" in str(each.get_decoded()) for each in Session.objects.all())
    assert "lk_" not in str(staff.cookies)


def test_the_same_form_sent_twice_makes_one_key(staff: Client):
    staff.post(ADD, form())

    page = staff.post(ADD, form())

    assert "There is a key of that name. Revoke it first." in text_of(page)
    assert ApiKey.objects.count() == 1


def test_two_clicks_at_once_make_one_key(staff: Client, monkeypatch: pytest.MonkeyPatch):
    make_key("read", name="Mobile app")
    monkeypatch.setattr("search.admin.keys.ApiKeyForm.clean_name", lambda _: "Mobile app")

    page = staff.post(ADD, form(), follow=True)

    assert page.redirect_chain == [(KEYS, 302)]
    assert "There is a key of that name. Revoke it first." in text_of(page)
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["root"]}, "Select a valid choice. root is not one of the available choices."),
        ({"name": ""}, "This field is required."),
        ({"per_day": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "12:00"}, "Choose a time that is still"),
    ],
)
def test_what_makes_no_key(staff: Client, fields: dict[str, Any], told: str):
    assert told in text_of(staff.post(ADD, form(**fields)))
    assert not ApiKey.objects.exists()


def test_what_may_be_changed_and_what_may_not(staff: Client):
    key, _ = make_key("read")
    stored = key.hashed_secret

    wanted = form(name="App", scopes=["write"], per_day="9", hashed_secret="x", prefix="x")
    assert staff.post(change(key), wanted).status_code == 302

    key.refresh_from_db()
    assert (key.name, key.scopes, key.per_day) == ("App", ["write"], 9)
    assert (key.hashed_secret, len(key.prefix)) == (stored, 8)


def test_an_expired_key_can_be_renamed(staff: Client):
    past = timezone.localtime(timezone.now() - timedelta(days=1))
    key, _ = make_key("read", expires_at=past.replace(microsecond=0))
    told = {"expires_at_0": f"{past:%Y-%m-%d}", "expires_at_1": f"{past:%H:%M:%S}"}

    assert staff.post(change(key), form(name="Old app", **told)).status_code == 302
    assert "Old app" in text_of(staff.get(KEYS))
    assert "Expired" in text_of(staff.get(KEYS))


def test_revoking_is_asked_about_and_then_for_good(staff: Client):
    key, secret = make_key("read", name="Mobile app")
    make_key("read", name="Another")

    question = act(staff, KEYS, "revoke", key)
    assert "Mobile app" in text_of(question)
    assert "Another" not in text_of(question)
    assert ApiKey.objects.usable().count() == 2

    sure = {"action": "revoke", "_selected_action": [key.pk], "confirmed": "1"}
    done = staff.post(KEYS, sure, follow=True)

    assert "1 key is revoked." in text_of(done)
    assert [each.name for each in ApiKey.objects.usable()] == ["Another"]
    assert sending(Client(), secret).get("/api/v1/products/").status_code == 401
    assert staff.post(change(key), form()).status_code == 403
    assert "Revoked" in text_of(staff.get(KEYS))
    assert LogEntry.objects.filter(object_id=key.pk).latest("pk").change_message == "Revoked."


def test_a_name_is_free_again_after_that(staff: Client):
    key, _ = make_key("read", name="Mobile app")
    services.revoke_keys([key])

    assert KEY.search(staff.post(ADD, form()).content.decode())


def test_who_may_only_look_makes_and_revokes_nothing(viewer: Client):
    key, _ = make_key("read")

    assert viewer.get(KEYS).status_code == 200
    assert viewer.get(change(key)).status_code == 200
    assert viewer.post(ADD, form()).status_code == 403
    act(viewer, KEYS, "revoke", key)
    sure = {"action": "revoke", "_selected_action": [key.pk], "confirmed": "1"}
    viewer.post(KEYS, sure)
    assert [each.pk for each in ApiKey.objects.usable()] == [key.pk]


def test_staff_without_a_say_in_keys_see_none(space: Any):
    user = User.objects.create_user("clerk", password="a long password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="change_product"))

    assert log_in(user).get(KEYS).status_code == 403


def test_nobody_deletes_a_key(staff: Client):
    key, _ = make_key("read")

    assert staff.post(reverse("admin:search_apikey_delete", args=[key.pk])).status_code == 403
    act(staff, KEYS, "delete_selected", key)
    assert ApiKey.objects.exists()
