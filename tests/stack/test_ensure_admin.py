from __future__ import annotations

import json
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def ensure_admin(*arguments: str) -> str:
    out = StringIO()
    call_command("ensure_admin", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_call_makes_an_admin_and_shows_a_password_that_works():
    said = json.loads(ensure_admin("--json"))

    user = get_user_model().objects.get()
    assert (user.username, user.is_superuser, user.is_staff) == ("admin", True, True)
    assert said["username"] == "admin"
    assert user.check_password(said["password"])
    assert said["password"] not in user.password


def test_later_calls_change_nothing_and_show_nothing():
    ensure_admin()
    before = get_user_model().objects.get().password

    assert json.loads(ensure_admin("--json")) == {"username": "admin", "password": None}
    assert ensure_admin() == "User admin exists; --reset gives a new password.\n"
    assert get_user_model().objects.get().password == before


def test_a_reset_gives_a_new_password_and_the_rights_back():
    old = json.loads(ensure_admin("--json"))["password"]
    get_user_model().objects.update(is_active=False, is_staff=False)

    new = json.loads(ensure_admin("--json", "--reset"))["password"]

    user = get_user_model().objects.get()
    assert (user.is_active, user.is_staff) == (True, True)
    assert user.check_password(new)
    assert not user.check_password(old)
