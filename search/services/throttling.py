"""Work for spaces that nobody searches yet: small batches, and rests while customers ask."""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from search.models import PhotoQuery

# A customer who asked this lately goes on to look, filter and ask again.
LATELY = timedelta(seconds=5)
# Of work for another space in one go: an upload for the space that is searched waits as long.
BATCH_SECONDS = 1.0
# Who rests looks this often whether there is an upload, or nobody asks any more.
LOOK_SECONDS = 0.25


class Pace:
    """How many pictures of the spaces beside the searched one a process embeds next, and when."""

    def __init__(self) -> None:
        self._seconds: dict[int, float] = {}
        self._rests_until = 0.0

    def pictures(self, root_id: int) -> int:
        """As many as are about BATCH_SECONDS of work, by the space's batch before; first one."""
        a_picture = self._seconds.get(root_id, BATCH_SECONDS)
        most: int = settings.EMBED_BATCH
        return max(1, min(most, int(BATCH_SECONDS / a_picture)))

    def worked(self, root_id: int, *, pictures: int, seconds: float) -> None:
        """A batch is done. Where none of its pictures was embedded, it tells nothing of others."""
        if pictures and seconds:
            self._seconds[root_id] = seconds / pictures
        self._rests_until = time.monotonic() + rest_after(seconds)

    def rests(self) -> bool:
        """Whether the work has had its share for now, and customers ask."""
        return time.monotonic() < self._rests_until and customers_ask()


# This process's.
pace = Pace()


def customers_ask() -> bool:
    """Whether somebody asked within the last seconds. By the index on the queries' expiry, which
    is a fixed time after they were asked; a link's is not."""
    asked_lately = Now() + settings.PHOTO_QUERY_LIFETIME - LATELY
    return PhotoQuery.objects.filter(expires_at__gt=asked_lately, shared=False).exists()


def stand_back(began: float) -> None:
    """Rest after work that began then, by `time.monotonic()`, as long as customers ask."""
    now = time.monotonic()
    until = now + rest_after(now - began)
    while (left := until - time.monotonic()) > 0 and customers_ask():
        time.sleep(min(left, LOOK_SECONDS))


def rest_after(seconds: float) -> float:
    """How long to rest after so much work, so that the work takes FILL_SHARE of the time."""
    share: float = settings.FILL_SHARE
    return seconds * (1 - share) / share
