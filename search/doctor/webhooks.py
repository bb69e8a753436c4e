"""Whether those who are told of events still listen."""

from __future__ import annotations

from collections.abc import Iterator

from search.doctor.finding import Finding
from search.services import webhooks

# The clock's bell rings every ten seconds.
LONG_WAIT_SECONDS = 300


def examine() -> Iterator[Finding]:
    """Nothing where there is no webhook; needs the database."""
    if not webhooks.webhooks().exists():
        return
    disabled = [str(each) for each in webhooks.disabled_webhooks()]
    now = webhooks.figures()
    told = f"{now.delivered:,} delivered, {now.pending:,} wait, {now.failed:,} given up"
    if disabled:
        told = f"disabled because they failed: {', '.join(disabled)}"
        todo = "See why in the admin under webhooks; enable them once they answer."
        yield Finding("Webhooks", told, todo)
    elif now.oldest_due_seconds > LONG_WAIT_SECONDS:
        told = f"{told}; one has been due for {now.oldest_due_seconds:,.0f} s"
        yield Finding("Webhooks", told, "See that a worker of the queue `webhooks` runs.")
    else:
        yield Finding("Webhooks", told)
