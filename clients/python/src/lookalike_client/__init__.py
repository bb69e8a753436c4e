"""The API of a Lookalike shop for Python programs, waiting or asynchronous."""

from lookalike_client import answers
from lookalike_client.asynchronous import AsyncLookalike
from lookalike_client.errors import (
    ApiError,
    Conflict,
    DeadlineExceeded,
    Forbidden,
    InvalidRequest,
    LookalikeError,
    NotFound,
    PreconditionFailed,
    QueryExpired,
    RateLimited,
    TransportError,
    Unauthorized,
    Unavailable,
    UnexpectedAnswer,
)
from lookalike_client.questions import Example, Filters
from lookalike_client.sync import Lookalike

__all__ = [
    "ApiError",
    "AsyncLookalike",
    "Conflict",
    "DeadlineExceeded",
    "Example",
    "Filters",
    "Forbidden",
    "InvalidRequest",
    "Lookalike",
    "LookalikeError",
    "NotFound",
    "PreconditionFailed",
    "QueryExpired",
    "RateLimited",
    "TransportError",
    "Unauthorized",
    "Unavailable",
    "UnexpectedAnswer",
    "answers",
]
