"""What each web process has room for, so that whoever there is none for is told so at once."""

from __future__ import annotations

from typing import NamedTuple

# Of a process's threads; what is left to the whole is for all else, and to refuse in.
PHOTOS = 1 / 4
SEARCHES = 1 / 2
BULK_WRITES = LONG_POLLS = 1 / 12
# Where there are few, the line of searches is shorter, so that two are left; one of eight.
SPARE = 2


class Room(NamedTuple):
    """Of one process: how many are at work at once, and how many wait for their turn."""

    photos: int
    photos_waiting: int
    searches: int
    searches_waiting: int
    bulk_writes: int
    long_polls: int


def room(*, processes: int, threads: int) -> Room:
    """The room of each of so many processes with so many threads each.

    All processes embed two photos at once, or one each: a photo of 50 megapixels takes up to 0.9 GB
    for a second or two. In each, one search works in Python while another waits for Postgres.
    """
    photos, searches = max(1, 2 // processes), 2
    photos_waiting = max(1, int(threads * PHOTOS) - photos)
    bulk_writes = max(1, int(threads * BULK_WRITES))
    # A single thread has nobody to wait in: it is needed for what is asked next.
    long_polls = min(threads - 1, max(1, int(threads * LONG_POLLS)))
    others = photos + photos_waiting + searches + bulk_writes + long_polls
    searches_waiting = min(int(threads * SEARCHES) - searches, threads - SPARE - others)
    return Room(photos, photos_waiting, searches, max(0, searches_waiting), bulk_writes, long_polls)
