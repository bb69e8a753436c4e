"""Calls as HTTP: the request with its headers, the answer as a value or an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from lookalike_client.addresses import ROOT
from lookalike_client.calls import JSON, NDJSON, Call, Received, Request
from lookalike_client.errors import (
    ApiError,
    LookalikeError,
    NotModified,
    UnexpectedAnswer,
    kind_of,
)
from lookalike_client.pauses import retry_after

T = TypeVar("T")
REQUEST_ID = "X-Request-ID"
NOT_MODIFIED = 304
REDIRECTS = range(300, 400)
ERRORS = 400
USER_AGENT = "lookalike-client/0.1.0 (Python)"


@dataclass(frozen=True, slots=True)
class Shop:
    """Whom to ask: the shop's address without `/api/v1`, and the key, which is never shown."""

    base_url: str
    key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{self.base_url!r} is no address such as https://shop.example.")
        if self.key is not None and not (self.key.isascii() and self.key.isprintable()):
            raise ValueError("The key has characters that no key has: a line break, perhaps.")

    def request(self, asked: Request, *, request_id: str, timeout: httpx.Timeout) -> httpx.Request:
        """The request as it goes out."""
        headers = {"User-Agent": USER_AGENT, "Accept": JSON, "Accept-Encoding": "gzip"}
        if self.key is not None:
            headers["Authorization"] = f"Bearer {self.key}"
        if asked.lines is not None:
            headers |= {"Content-Type": NDJSON, "Accept": f"{NDJSON}, {JSON}"}
        # A photo's own file name may tell of the person.
        files = None if asked.photo is None else {"image": ("photo", asked.photo)}
        return httpx.Request(
            asked.method,
            self.base_url.rstrip("/") + ROOT + asked.path,
            params=dict(asked.query) or None,
            headers={**headers, REQUEST_ID: request_id, **asked.headers},
            content=asked.lines,
            json=asked.json,
            data=asked.form,
            files=files,
            extensions={"timeout": timeout.as_dict()},
        )


def value_of(call: Call[T], received: Received) -> T:
    """What the answer says. Raises ApiError, NotModified, UnexpectedAnswer."""
    if received.status == NOT_MODIFIED and "If-None-Match" in call.request.headers:
        raise NotModified
    if received.status in REDIRECTS or received.status >= ERRORS:
        raise error_of(received)
    return call.read(received)


def error_of(received: Received) -> LookalikeError:
    """The error that an answer tells of."""
    if received.status in REDIRECTS:
        place = received.headers.get("location", "nowhere")
        return received.unexpected(f"sends to {place}, which should be base_url then")
    try:
        told = received.json()["error"]
        return kind_of(received.status)(
            told["code"],
            told["message"],
            status=received.status,
            field=told["field"],
            request_id=told["request_id"],
            retry_after=retry_after(received.headers),
        )
    except (UnexpectedAnswer, KeyError, TypeError):
        return received.unexpected("in no shape of the API's, from a proxy perhaps")


def code_of(received: Received) -> str | None:
    """The code of an error, where it has the API's shape."""
    error = error_of(received)
    return error.code if isinstance(error, ApiError) else None
