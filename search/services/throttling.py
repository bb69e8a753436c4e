"""Filling a space that nobody searches yet stands back while customers search."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from search.models import PhotoQuery

# A customer who asked this lately goes on to look, filter and ask again.
LATELY = timedelta(seconds=5)
# At the longest: an upload for the space that is searched waits as long.
LONGEST_REST = 2.0


def customers_ask() -> bool:
    """Whether somebody asked within the last seconds. By the index on the queries' expiry, which
    is a fixed time after they were asked."""
    asked_lately = Now() + settings.PHOTO_QUERY_LIFETIME - LATELY
    return PhotoQuery.objects.filter(expires_at__gt=asked_lately).exists()


def rest_after(seconds: float) -> float:
    """How long to rest after so much work, so that the work takes FILL_SHARE of the time."""
    share: float = settings.FILL_SHARE
    return min(LONGEST_REST, seconds * (1 - share) / share)
