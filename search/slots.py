"""Who may embed a query now, or search: some at once, a short line, and the others told at once.

Nobody waits here for one place while holding another, but for that of words, and not for long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _

from search import measures
from search.errors import EmbedderBusy, SearchBusy
from search.turns import Turns

WORDS_SECONDS = 0.2

_lock = threading.Lock()


@cache
def _slots(_kind: str, concurrency: int, line: int | None) -> Turns:
    return Turns(concurrency, line=line)


def _photo_slots() -> Turns:
    with _lock:
        return _slots("photos", settings.EMBED_CONCURRENCY, settings.EMBED_QUEUE)


def _search_slots() -> Turns:
    with _lock:
        return _slots("searches", settings.SEARCH_CONCURRENCY, settings.SEARCH_QUEUE)


@contextmanager
def slot() -> Iterator[None]:
    """The right to decode and embed a photo: EMBED_CONCURRENCY callers at once in this process.

    Decoding counts because a picture of 50 megapixels, which a file of 1.2 kB can hold, takes up
    to 0.9 GB for a second or two. First come, first served: EMBED_QUEUE callers wait for a turn,
    those who would wait longer than EMBED_QUEUE_SECONDS not at all. Who doesn't get one meets
    EmbedderBusy.
    """
    slots = _photo_slots()
    if not slots.acquire(timeout=settings.EMBED_QUEUE_SECONDS):
        raise _busy()
    with _held(slots):
        yield


def refuse_when_full() -> None:
    """Raise EmbedderBusy where `slot` would refuse at once: before a photo's bytes are read, which
    takes a thread that could tell others the same."""
    if _photo_slots().full(timeout=settings.EMBED_QUEUE_SECONDS):
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
    with _lock:
        slots = _slots("words", settings.EMBED_CONCURRENCY, None)
    if not slots.acquire(timeout=WORDS_SECONDS):
        raise EmbedderBusy("Many people are searching by words right now.")
    try:
        yield
    finally:
        slots.release()


@contextmanager
def search_slot(
    *, admitted: bool = False, in_line: Callable[[], None] | None = None
) -> Iterator[None]:
    """The right to search: SEARCH_CONCURRENCY callers at once in this process.

    First come, first served: SEARCH_QUEUE callers wait, those who would wait longer than
    SEARCH_QUEUE_SECONDS not at all. Who doesn't get a turn meets SearchBusy. A caller who was
    `admitted` by `refuse_when_crowded`, and has had a photo embedded meanwhile, joins even a full
    line; after SEARCH_QUEUE_SECONDS there they meet SearchBusy all the same. `in_line` is called
    once the caller isn't refused, before they wait; where it raises they leave the line.
    """
    slots, seconds = _search_slots(), settings.SEARCH_QUEUE_SECONDS
    turn = slots.join(timeout=seconds, admitted=admitted)
    if turn is None:
        raise _crowded()
    try:
        if in_line is not None:
            in_line()
    except BaseException:
        slots.leave(turn)
        raise
    if not slots.came(turn, timeout=seconds):
        raise _crowded()
    with _held(slots):
        yield


def refuse_when_crowded() -> None:
    """Raise SearchBusy where `search_slot` would refuse at once: before a body is read, a caller is
    counted or a photo is embedded for a search that nobody can answer."""
    if _search_slots().full(timeout=settings.SEARCH_QUEUE_SECONDS):
        raise _crowded()


def _crowded() -> SearchBusy:
    measures.refused_search()
    return SearchBusy(_("Many people are searching right now. Please try again in a few seconds."))


@contextmanager
def _held(slots: Turns) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        slots.release(took=time.monotonic() - began)
