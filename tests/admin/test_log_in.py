"""Who gets in, and what a stranger at the door may send."""

from __future__ import annotations

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

LOG_IN = reverse("admin:login")


@pytest.fixture(autouse=True)
def attempts_count(settings: Any) -> None:
    settings.AXES_ENABLED = True


def attempt(client: Client, *, username: str = "admin", password: str) -> Any:
    return client.post(LOG_IN, {"username": username, "password": password})


def test_a_name_longer_than_any_user_has_is_refused_by_the_form(client: Client):
    answer = attempt(client, username="x" * 5000, password="wrong")
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["username"]
    assert not AccessAttempt.objects.exists()


def test_eight_wrong_passwords_close_the_door(client: Client, settings: Any):
    User.objects.create_superuser("admin", password="a long password")
    statuses = [
        attempt(client, password="wrong").status_code for _ in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert statuses == [200] * 7 + [429]
    assert attempt(client, password="a long password").status_code == 429
