"""Staff who are logged in, and an index with a space to be in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from search.models import EmbeddingSpace
from search.services import ensure_space


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Photos put aside by refused forms lie below it."""
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


@pytest.fixture
def space(db: None) -> EmbeddingSpace:
    return ensure_space()


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def staff(space: EmbeddingSpace) -> Client:
    """An administrator's browser."""
    return log_in(User.objects.create_superuser("admin", password="a long password"))


@pytest.fixture
def viewer(space: EmbeddingSpace) -> Client:
    """The browser of someone who may look at products, jobs and spaces, and change nothing."""
    user = User.objects.create_user("viewer", password="a long password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return log_in(user)
