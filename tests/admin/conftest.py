"""Staff who are logged in, and an index with a space to be in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from catalog.models import Product
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import create_space, embed_pending, ensure_space
from tests.factories import add_photo, make_product


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
