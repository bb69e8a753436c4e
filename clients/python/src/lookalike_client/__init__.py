"""The API of a Lookalike shop for Python programs, waiting or asynchronous."""

from lookalike_client import answers
from lookalike_client.asynchronous import AsyncLookalike
from lookalike_client.errors import (
    ApiError,
    BulkBrokeOff,
    Conflict,
    DeadlineExceeded,
    Forbidden,
    IndexingFailed,
    InvalidRequest,
    LookalikeError,
    NotFound,
    NotModified,
    PreconditionFailed,
    QueryExpired,
    RateLimited,
    TransportError,
    Unauthorized,
    Unavailable,
    UnexpectedAnswer,
    WrongSignature,
)
from lookalike_client.operations.refining import Question
from lookalike_client.questions import Example, Filters, Picture
from lookalike_client.signatures import verify_webhook
from lookalike_client.sync import Lookalike

__all__ = [
    "ApiError",
    "AsyncLookalike",
    "BulkBrokeOff",
    "Conflict",
    "DeadlineExceeded",
    "Example",
    "Filters",
    "Forbidden",
    "IndexingFailed",
    "InvalidRequest",
    "Lookalike",
    "LookalikeError",
    "NotFound",
    "NotModified",
    "Picture",
    "PreconditionFailed",
    "QueryExpired",
    "Question",
    "RateLimited",
    "TransportError",
    "Unauthorized",
    "Unavailable",
    "UnexpectedAnswer",
    "WrongSignature",
    "answers",
    "verify_webhook",
]
