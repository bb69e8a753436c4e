"""The bells that wake the workers: one for images that wait, one for webhooks. Losing a ring loses
no work: Postgres holds it, and the clock rings again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from kombu import Producer
from kombu.exceptions import ChannelError, OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

TASK = "search.tasks.embed_pending"
QUEUE = "embed"
WEBHOOK_TASK = "search.tasks.deliver_webhooks"
WEBHOOK_QUEUE = "webhooks"
# After a failed ring this process keeps quiet for a while: an import of a thousand products
# must not wait a thousand times for a broker that isn't there.
QUIET_SECONDS = 5.0

_quiet_until = 0.0


def ring() -> bool:
    """Tell the workers that there is something to embed; False when the broker can't be reached.

    Never raises, and takes well under a second when Redis refuses connections.
    """
    return _ring(TASK, QUEUE, "The queue can't be reached; images wait until it is back")


def ring_webhooks() -> bool:
    """Tell the workers that there is something to deliver; the rest as `ring`."""
    told = "The queue can't be reached; webhooks wait until it is back"
    return _ring(WEBHOOK_TASK, WEBHOOK_QUEUE, told)


def _ring(task: str, queue: str, unreachable: str) -> bool:
    global _quiet_until  # noqa: PLW0603 - one broker per process, so one flag per process
    if time.monotonic() < _quiet_until:
        return False
    try:
        with current_app.producer_or_acquire() as producer:
            if not _rings_already(producer, queue):
                current_app.send_task(
                    task, queue=queue, producer=producer, retry=False, ignore_result=True
                )
    except (OperationalError, RedisError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning(
            unreachable,
            error=str(error),
            hint="Check REDIS_URL and that Redis runs. Nothing is lost.",
        )
        return False
    return True


def _rings_already(producer: Producer, queue: str) -> bool:
    """Whether a bell lies in the queue that no worker has taken yet. It will be answered after what
    was just committed, so another one would tell nothing new, and bells never pile up."""
    channel: Any = producer.channel
    try:
        return bool(channel.queue_declare(queue, passive=True).message_count)
    except ChannelError:  # an empty Redis list doesn't exist
        return False


def ring_after_commit() -> None:
    """Ring once when the present transaction commits, however often this is called in it."""
    once_after_commit(ring)


def once_after_commit(bell: Callable[[], object]) -> None:
    """Call it once when the present transaction commits, however often it is left here.

    A rolled-back savepoint takes its bell with it, so a later call in the same transaction finds
    none and leaves a new one.
    """
    connection = transaction.get_connection()
    if not any(entry[1] is bell for entry in connection.run_on_commit):
        # What was committed stays so, whatever becomes of the bell.
        transaction.on_commit(bell, robust=True)
