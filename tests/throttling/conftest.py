"""The test stack's Redis, and keys that no other test has counted under."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import redis


@pytest.fixture
def server(settings: Any) -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


@pytest.fixture
def key() -> str:
    return str(uuid.uuid4())
