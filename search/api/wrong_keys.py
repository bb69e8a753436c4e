"""Clients that send one wrong key after another: what they cost the shop is bounded.

Redis counts wrong keys for all processes. Each process remembers the clients that had too many, and
until then refuses their keys without asking anybody. A key that was right here before is looked at
in any case: who shares an address with such a client works on.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from threading import Lock

from django.conf import settings
from django.http import HttpRequest

from search import measures
from search.errors import Throttled
from search.throttling import Limit, allow, client_key

# Of clients, and of right keys: some 100 bytes each.
REMEMBERED = 10_000

_lock = Lock()
_until: OrderedDict[str, float] = OrderedDict()
_right: OrderedDict[bytes, None] = OrderedDict()


def refuse_where_many(request: HttpRequest, sent: str) -> None:
    """Raise Throttled where the client has sent too many wrong keys, unless this one was right
    before."""
    if not _until:
        return
    client = client_key(request)
    with _lock:
        seconds = _until.get(client, 0.0) - time.monotonic()
        if seconds <= 0:
            _until.pop(client, None)
        elif _digest(sent) not in _right:
            raise _too_many(int(seconds) + 1)


def was_right(sent: str) -> None:
    digest = _digest(sent)
    with _lock:
        _right[digest] = None
        _right.move_to_end(digest)
        _forget_beyond(_right)


def count(request: HttpRequest, sent: str) -> None:
    """Counts a wrong key, which may have been right before. Raises Throttled for one too many,
    SearchUnavailable where that can't be known and THROTTLE_FAIL_OPEN is off."""
    with _lock:
        _right.pop(_digest(sent), None)
    per_minute = settings.WRONG_KEYS_PER_MINUTE
    if not per_minute:
        return
    client = client_key(request)
    verdict = allow(f"wrong-key:{client}", Limit(per_minute, burst=per_minute))
    if verdict.allowed:
        return
    measures.throttled(kind="wrong_key")
    with _lock:
        _until[client] = time.monotonic() + verdict.retry_after
        _until.move_to_end(client)
        _forget_beyond(_until)
    raise _too_many(verdict.retry_after)


def _digest(sent: str) -> bytes:
    """Nothing that is kept opens anything."""
    return hashlib.sha256(sent.encode()).digest()


def _forget_beyond(kept: OrderedDict[str, float] | OrderedDict[bytes, None]) -> None:
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)


def _too_many(seconds: int) -> Throttled:
    return Throttled(
        f"Too many wrong API keys came from this address. Correct the key and try again in "
        f"{seconds} s.",
        retry_after=seconds,
    )
