"""Who may embed a query now: some at once, a short line, and the others told at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _

from search import measures
from search.errors import EmbedderBusy
from search.turns import Turns

WORDS_SECONDS = 0.2

_lock = threading.Lock()


@cache
def _slots(_kind: str, concurrency: int, line: int | None) -> Turns:
    return Turns(concurrency, line=line)


def _slots_for(kind: str, *, line: int | None = None) -> Turns:
    with _lock:
        return _slots(kind, settings.EMBED_CONCURRENCY, line)


@contextmanager
def slot() -> Iterator[None]:
    """The right to decode and embed a photo: EMBED_CONCURRENCY callers at once in this process.

    Decoding counts because a picture of 50 megapixels, which a file of 1.2 kB can hold, takes up
    to 0.9 GB for a second or two. First come, first served: EMBED_QUEUE callers wait for a turn,
    those who would wait longer than EMBED_QUEUE_SECONDS not at all. Who doesn't get one meets
    EmbedderBusy.
    """
    slots = _slots_for("photos", line=settings.EMBED_QUEUE)
    if not slots.acquire(timeout=settings.EMBED_QUEUE_SECONDS):
        raise _busy()
    began = time.monotonic()
    try:
        yield
    finally:
        slots.release(took=time.monotonic() - began)


def refuse_when_full() -> None:
    """Raise EmbedderBusy where `slot` would refuse at once: before a photo's bytes are read, which
    takes a thread that could tell others the same."""
    if _slots_for("photos", line=settings.EMBED_QUEUE).full(timeout=settings.EMBED_QUEUE_SECONDS):
        raise _busy()


def _busy() -> EmbedderBusy:
    measures.refused_query()
    return EmbedderBusy(
        _("Many people are searching by photo right now. Please try again in a few seconds.")
    )


@contextmanager
def words_slot() -> Iterator[None]:
    """The right to embed words: as many callers at once, beside those with photos.

    Words are found without their vector too: waits for WORDS_SECONDS only, then raises
    EmbedderBusy.
    """
    slots = _slots_for("words")
    if not slots.acquire(timeout=WORDS_SECONDS):
        raise EmbedderBusy("Many people are searching by words right now.")
    try:
        yield
    finally:
        slots.release()
