"""What is right and what is wrong with this installation, in plain words. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from search.doctor import index, installation, servers, webhooks
from search.doctor.finding import Finding

__all__ = ["Finding", "examine"]


def examine() -> Iterator[Finding]:
    """Every part's finding, one by one as it is made. What needs the database is left out while
    the database can't be used or isn't migrated."""
    yield from installation.examine()
    database = servers.database()
    yield database
    yield from servers.messaging()
    if not database.ok:
        yield index.embedder(None)
        return
    yield servers.connections()
    migrations = servers.migrations()
    yield migrations
    if migrations.ok:
        yield from index.examine()
        yield from webhooks.examine()
    else:
        yield index.embedder(None)
