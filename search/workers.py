"""Whether anybody hears the bell: which Celery workers answer."""

from __future__ import annotations

from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from search.doorbell import QUEUE


def embedding_workers(*, seconds: float = 1.0) -> list[str]:
    """The names of the workers that embed and answer within `seconds`; none without a broker."""
    try:
        queues = current_app.control.inspect(timeout=seconds).active_queues() or {}
    except (OperationalError, RedisError, OSError):
        return []
    return sorted(
        name for name, found in queues.items() if any(queue["name"] == QUEUE for queue in found)
    )
