"""What can go wrong. Everything here is a `LookalikeError`."""

from __future__ import annotations


class LookalikeError(Exception):
    """Whatever this client raises, but for a wrong argument (ValueError, TypeError)."""


class ApiError(LookalikeError):
    """The shop refused, and said why.

    `code` is stable and for programs, `message` for people; `field` is the path of the input it
    is about, such as `filters.tags`; `request_id` finds the request in the shop's log;
    `retry_after` is in seconds.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int,
        field: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.field = field
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        about = f", field {self.field}" if self.field else ""
        return f"{self.message} ({self.code}{about}, request {self.request_id})"


class InvalidRequest(ApiError):
    """A value, a photo or the body can't be taken as it is: 400, 413, 415, 422 and their like."""


class Unauthorized(ApiError):
    """No key, or one that is unknown, revoked or expired: 401."""


class Forbidden(ApiError):
    """The key lacks a scope: 403."""


class NotFound(ApiError):
    """No such product, image, webhook or address: 404."""


class Conflict(ApiError):
    """Not at present, such as a product whose photos are still being indexed: 409."""


class QueryExpired(ApiError):
    """The query has expired, was deleted, or never was: 410. Search with the photo again."""


class PreconditionFailed(ApiError):
    """What is stored is not what `if_match` or `if_none_match` asks for: 412. Read it again."""


class RateLimited(ApiError):
    """Too many requests, in a short time or of a day: 429."""


class Unavailable(ApiError):
    """Not now: 5xx. `retry_after` says when, where the shop knows it."""


class BulkBrokeOff(ApiError):
    """The shop stopped within a body of many lines. Those before have their results; send all of
    them again: what was written is `unchanged` then."""


class NotModified(LookalikeError):
    """What `if_none_match` names is still what is stored: 304."""

    def __init__(self) -> None:
        super().__init__("It is still what if_none_match names.")


class IndexingFailed(LookalikeError):
    """The image can't be found by searches, and isn't tried again; `reason` says why."""

    def __init__(self, image_id: int, reason: str | None) -> None:
        super().__init__(f"Image {image_id} could not be indexed: {reason}")
        self.image_id = image_id
        self.reason = reason


class WrongSignature(LookalikeError):
    """A message that isn't the shop's, was changed on its way, or is too old. Drop it."""


class TransportError(LookalikeError):
    """No answer arrived, or not all of one. Whether the shop did its part is unknown for a write;
    `__cause__` has the reason."""


class DeadlineExceeded(TransportError):
    """No answer arrived in the time that the call had, all attempts together."""


class UnexpectedAnswer(LookalikeError):
    """An answer that the API doesn't give: of a proxy, of another server, of another version."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


_BY_STATUS: dict[int, type[ApiError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: QueryExpired,
    412: PreconditionFailed,
    429: RateLimited,
}
SERVER_FAULTS = 500


def kind_of(status: int) -> type[ApiError]:
    """The class for an error's status; `InvalidRequest` for what has none of its own."""
    if status >= SERVER_FAULTS:
        return Unavailable
    return _BY_STATUS.get(status, InvalidRequest)
