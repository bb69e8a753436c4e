"""Waiting for an image's index state, without holding up the others who ask.

A request that waits holds a thread, so only some of the threads may wait at once. It looks again by
itself every so often: a channel (LISTEN) would hold a connection for each of them, or need a
listener of its own. The connection goes back to the pool between two looks.
"""

from __future__ import annotations

import select
import socket
import time
from threading import BoundedSemaphore

from django.conf import settings
from django.db import connection
from rest_framework.request import Request

from search import selectors
from search.engine.types import ImageIndex

MOST_SECONDS = 30
# An image is ready some tenths of a second after its upload where nothing else waits.
STEP_SECONDS = 0.25
MOST_WAITING = settings.LONG_POLLS_AT_ONCE
slots = BoundedSemaphore(MOST_WAITING)


def image_index(request: Request, image_id: int, *, seconds: int) -> ImageIndex | None:
    """The image's state, once it is ready or failed, or as it is after so many seconds; at once
    where enough others wait, and when the client has gone. None where there is no such image."""
    index = selectors.image_index(image_id)
    if not seconds or index is None or index.settled or not slots.acquire(blocking=False):
        return index
    try:
        until = _now() + seconds
        while index is not None and not index.settled and _now() < until:
            _lend_connection()
            if _gone(request, STEP_SECONDS):
                break
            index = selectors.image_index(image_id)
    finally:
        slots.release()
    return index


def _now() -> float:
    return time.monotonic()


def _lend_connection() -> None:
    """To whoever needs it meanwhile; the next query takes one again."""
    if not connection.in_atomic_block:
        connection.close()


def _gone(request: Request, seconds: float) -> bool:
    """Whether the client hangs up within that time. Only gunicorn tells of the connection; of what
    a client sends meanwhile nothing is taken away."""
    line = request.META.get("gunicorn.socket")
    if not isinstance(line, socket.socket):
        time.sleep(seconds)
        return False
    watch = select.poll()
    watch.register(line, select.POLLIN)
    if not watch.poll(seconds * 1000):
        return False
    try:
        if not line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
            return True
    except BlockingIOError:
        return False
    except OSError:
        return True
    time.sleep(seconds)  # the next request waits there already
    return False
