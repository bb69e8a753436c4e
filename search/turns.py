"""A bounded number of callers at once, the others in the order in which they came."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """Like a semaphore, but first come, first served.

    A semaphore's releaser may take it again before the thread that it woke: of eight callers that
    asked again and again for two places, some waited for more than five seconds.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def acquire(self, *, timeout: float) -> bool:
        """Whether a place was had within `timeout` seconds; `release` gives it back."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        try:
            turn.wait(timeout)
        except BaseException:
            if not self._withdrawn(turn):
                self.release()
            raise
        return not self._withdrawn(turn)

    def release(self) -> None:
        """Hand the place to who waits longest, if anybody does."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1

    def _withdrawn(self, turn: threading.Event) -> bool:
        """Whether the turn had not come, and now never will."""
        with self._lock:
            if turn.is_set():
                return False
            self._waiting.remove(turn)
            return True
