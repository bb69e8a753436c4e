"""How many bulk writes go on at once: each holds a thread for as long as its client sends."""

from __future__ import annotations

import socket
import weakref
from collections.abc import Generator, Iterator
from threading import BoundedSemaphore

from django.conf import settings
from django.http import HttpRequest

from catalog.errors import LookalikeError

MOST_AT_ONCE = settings.BULK_WRITES_AT_ONCE
# A client that says nothing for so long, or takes nothing of its answer, is gone.
SILENT_SECONDS = 60
places = BoundedSemaphore(MOST_AT_ONCE)


class TooManyBulks(LookalikeError):
    """As many as there may be are going on. `retry_after` is in seconds."""

    code = "busy"
    retry_after = 5


class Held:
    """The pieces of an answer, with the place that they hold until it is closed, read or not."""

    def __init__(self, pieces: Generator[bytes]) -> None:
        if not places.acquire(blocking=False):
            raise TooManyBulks(
                "Other bulk writes are going on, as many as there may be. Send it again when one "
                "of them has ended."
            )
        self._pieces = pieces
        self._give_back = weakref.finalize(self, places.release)  # once, whoever comes first

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        try:
            self._pieces.close()
        finally:
            self._give_back()


def end_when_silent(request: HttpRequest) -> None:
    """Gunicorn waits for ever for a client whose machine sleeps; for the next request it sets its
    own time again."""
    line = request.META.get("gunicorn.socket")
    if isinstance(line, socket.socket):
        line.settimeout(SILENT_SECONDS)
