"""A bounded number of callers at once, the others in the order in which they came."""

from __future__ import annotations

import threading
from collections import deque

# How much the latest turn counts in how long turns take: one out of the common is soon forgotten.
LATEST = 1 / 8


class Turns:
    """Like a semaphore, but first come, first served, and with a line that has an end.

    A semaphore's releaser may take it again before the thread that it woke: of eight callers that
    asked again and again for two places, some waited for more than five seconds. At most `line`
    callers wait, and none that would wait too long by what turns took of late: whoever is going to
    be refused anyway is refused at once, and blocks no thread meanwhile.
    """

    def __init__(self, places: int, *, line: int | None = None) -> None:
        self._places = self._free = places
        self._line = line
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()
        self._seconds = 0.0

    def full(self, *, timeout: float) -> bool:
        """Whether who came now would be refused at once."""
        with self._lock:
            return not self._free and self._too_long(timeout)

    def acquire(self, *, timeout: float, admitted: bool = False) -> bool:
        """Whether a place was had within `timeout` seconds; `release` gives it back.

        Who was `admitted` before, and has done a part of the work, joins even a line that is full.
        """
        turn = self.join(timeout=timeout, admitted=admitted)
        return turn is not None and self.came(turn, timeout=timeout)

    def join(self, *, timeout: float, admitted: bool = False) -> threading.Event | None:
        """A turn that is to come, or has; None for who is refused at once. Whoever has one gives it
        to `came`, or to `leave`."""
        with self._lock:
            turn = threading.Event()
            if self._free:
                self._free -= 1
                turn.set()
            elif not admitted and self._too_long(timeout):
                return None
            else:
                self._waiting.append(turn)
            return turn

    def came(self, turn: threading.Event, *, timeout: float) -> bool:
        """Whether the turn came within `timeout` seconds; `release` gives the place back."""
        try:
            turn.wait(timeout)
        except BaseException:
            self.leave(turn)
            raise
        return not self._withdrawn(turn)

    def leave(self, turn: threading.Event) -> None:
        """Do without it, whether it has come or not."""
        if not self._withdrawn(turn):
            self.release()

    def release(self, *, took: float | None = None) -> None:
        """Hand the place to who waits longest, if anybody does; the turn `took` so many seconds."""
        with self._lock:
            if took is not None:
                self._seconds += (took - self._seconds) * (LATEST if self._seconds else 1)
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1

    def _too_long(self, timeout: float) -> bool:
        """Whether the line is full, or it would take longer than that to get through it."""
        waiting = len(self._waiting)
        if self._line is not None and waiting >= self._line:
            return True
        return (waiting + 1) * self._seconds / self._places >= timeout

    def _withdrawn(self, turn: threading.Event) -> bool:
        """Whether the turn had not come, and now never will."""
        with self._lock:
            if turn.is_set():
                return False
            self._waiting.remove(turn)
            return True
