"""Waiting until images are embedded, by the workers or by this process."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console

from search.management.console import advance, bar

POLL_SECONDS = 0.5
# A worker embeds dozens of images in this time; one that doesn't move is dead or stuck.
STALL_SECONDS = 20.0
# Where nobody watches a bar, a line as often as this says how far it is.
LINE_SECONDS = 30.0


def wait_until_embedded(
    title: str,
    *,
    how_far: Callable[[], tuple[int, int]],
    work: Callable[[], bool],
    alone: bool,
) -> None:
    """A bar until `how_far` (done, of all) has reached its end.

    `work` embeds for about POLL_SECONDS and says whether nothing was left to claim. It is called
    all the time where this process is `alone`, else only while the workers make no headway.
    """
    lines = Lines(title)
    with bar(title) as progress:
        before, moved = -1, time.monotonic()
        while True:
            done, total = how_far()
            advance(progress, done=done, total=total)
            lines.tell(done, total)
            if done >= total:
                return
            if done != before:
                before, moved = done, time.monotonic()
            if alone or time.monotonic() - moved > STALL_SECONDS:
                nothing_left = work()
            if not alone or nothing_left:
                time.sleep(POLL_SECONDS)  # what is left is claimed elsewhere, or tried again later


class Lines:
    """The bar's figures as lines on stderr, for a log; silent on a terminal, which has the bar."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._console = Console(stderr=True)
        self._first: tuple[float, int] | None = None
        self._told = time.monotonic()

    def tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        self._first = self._first or (now, done)
        if self._console.is_terminal or now - self._told < LINE_SECONDS:
            return
        self._told = now
        began, had = self._first
        rest = time_left(done=done - had, left=total - done, seconds=now - began)
        self._console.print(f"{self._title}: {done:,} of {total:,}{rest}", highlight=False)


def time_left(*, done: int, left: int, seconds: float) -> str:
    """Rate and time left as a log shows them: ", 84.0/s, 2.5 min left"; "" before there is any."""
    if done <= 0 or seconds <= 0:
        return ""
    rate = done / seconds
    return f", {rate:,.1f}/s, {left / rate / 60:,.1f} min left"
