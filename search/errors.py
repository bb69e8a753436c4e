"""What searching raises on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.errors import LookalikeError


class InvalidSearch(LookalikeError):
    """The question makes no sense as asked: k = 0, a page of -1, nothing to search for."""

    code = "invalid"


class UnknownFilter(LookalikeError):
    """A filter names a tag or a category that the catalogue hasn't got."""

    code = "unknown_filter"


class QueryExpired(LookalikeError):
    """The photo query is gone: expired, deleted or never there."""

    code = "query_expired"


class NotIndexedYet(LookalikeError):
    """The product's images have no vectors yet."""

    code = "not_indexed_yet"


class EmbedderBusy(LookalikeError):
    """More photos at once than the embedder takes. `retry_after` is in seconds."""

    code = "busy"
    retry_after = 2


class SearchBusy(LookalikeError):
    """More searches at once than the shop answers. `retry_after` is in seconds."""

    code = "busy"
    retry_after = 1


class SearchUnavailable(LookalikeError):
    """Photos can't be embedded at present: the weights are missing or damaged."""

    code = "search_unavailable"
    retry_after = 30


class Throttled(LookalikeError):
    """One client asks more often than it may. `retry_after` is in seconds."""

    code = "throttled"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QuotaExceeded(Throttled):
    """An API key has used up its requests of the day."""

    code = "quota_exceeded"


class IdempotencyInUse(LookalikeError):
    """The request with that key is at work. `retry_after` is in seconds."""

    code = "idempotency_in_use"
    retry_after = 1


class IdempotencyMismatch(LookalikeError):
    """The key came with another request."""

    code = "idempotency_mismatch"


class SpaceMismatch(SearchUnavailable):
    """A space and what would be put into it, or asked of it, don't fit together."""


class SpaceRefused(LookalikeError):
    """A change of the spaces that would lose pictures, or that another one has overtaken."""

    code = "space_refused"


class InvalidSet(LookalikeError):
    """A folder of evaluation pictures that can't be evaluated as it is."""

    code = "invalid_set"


class NotEnough(LookalikeError):
    """The catalogue holds too little for that: no picture in both of two spaces, too few to learn
    from."""

    code = "not_enough"


class AlreadyTuning(LookalikeError):
    """Only one tuning runs at a time."""

    code = "already_tuning"


class InvalidWebhook(LookalikeError):
    """A webhook can't be as it was asked for: an address that is no target, no event."""

    code = "invalid"


class UnknownWebhook(LookalikeError):
    """No webhook, or no delivery of one, has that id."""

    code = "unknown_webhook"


@contextmanager
def telling(field: str | None) -> Iterator[None]:
    """Errors raised inside are about the input of that path."""
    try:
        yield
    except LookalikeError as error:
        error.field = field or error.field
        raise
