"""Batch after batch until the queue is empty or the time is up, on as many cores as are given."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from django.db import connection

from search.services.embedding import Batch, embed_pending
from search.services.throttling import LOOK_SECONDS, pace

Told = Callable[[Batch], None]


def drain(*, seconds: float, threads: int = 1, after_batch: Told | None = None) -> bool:
    """Embed batch after batch for about `seconds`; whether nothing is left to claim.

    The space that is searched comes first; others are filled while nothing waits for it, at
    FILL_SHARE of the time while customers search, and in batches so small that an upload waits for
    about a second. Each of the `threads` claims batches of its own, on a connection of its own.
    `after_batch` is told what each batch has done. Raises as `embed_pending` does, once every
    thread has finished the batch in hand.
    """
    deadline, stop = time.monotonic() + seconds, Event()
    if threads == 1:
        return _drain(deadline, stop, after_batch)
    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(_on_its_own, deadline, stop, after_batch) for _ in range(threads)]
        try:
            finished = [each.result() for each in running]
        except BaseException:
            stop.set()  # whoever waits here may be told to stop, too
            raise
    return all(finished)


def _on_its_own(deadline: float, stop: Event, after_batch: Told | None) -> bool:
    try:
        return _drain(deadline, stop, after_batch)
    except BaseException:
        # What one meets the others will meet: they end with the batch in hand.
        stop.set()
        raise
    finally:
        connection.close()


def _drain(deadline: float, stop: Event, after_batch: Told | None) -> bool:
    while time.monotonic() < deadline and not stop.is_set():
        rests = pace.rests()
        batch = embed_pending(others=not rests)
        if batch.claimed:
            if after_batch:
                after_batch(batch)
        elif rests:
            stop.wait(LOOK_SECONDS)
        else:
            return True
    return False
