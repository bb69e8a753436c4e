"""Whether anybody wants to be told, so that a shop without webhooks pays next to nothing."""

from __future__ import annotations

import time

from search import doorbell
from search.models import Webhook

# So long this process takes it that there is still no webhook. The clock's bell finds what was
# changed in the first moments of a new one.
QUIET_SECONDS = 5.0

_quiet_until = 0.0


def ring_if_heard() -> None:
    """Tell the workers that something changed, where there is a webhook at all."""
    global _quiet_until  # noqa: PLW0603 - one for the process, as the bell's own
    if time.monotonic() < _quiet_until:
        return
    if Webhook.objects.filter(enabled=True).exists():
        doorbell.ring_webhooks()
    else:
        _quiet_until = time.monotonic() + QUIET_SECONDS


def ring_after_commit() -> None:
    """`ring_if_heard` once when the present transaction commits, however often this is called."""
    doorbell.once_after_commit(ring_if_heard)
