"""A call before it is sent and after it is answered: plain values, no connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from lookalike_client.errors import UnexpectedAnswer
from lookalike_client.reading import read

T = TypeVar("T")
Item = TypeVar("Item")
Page = TypeVar("Page")
JSON = "application/json"
NDJSON = "application/x-ndjson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked; `path` lies below `/api/v1/`, `lines` are NDJSON.

    A second one does no harm when nobody knows whether the first arrived: each write has a header
    by which the shop knows it, or finds what it would write there already.
    """

    method: str
    path: str
    query: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    photo: bytes | None = field(default=None, repr=False)
    lines: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """An answer, whole. The names of `headers` are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON. Raises UnexpectedAnswer."""
        return self._parsed(self._body(JSON))

    def json_lines(self) -> list[Any]:
        """The lines of the body as JSON. Raises UnexpectedAnswer."""
        return [self._parsed(each) for each in self._body(NDJSON).splitlines()]

    def _body(self, wanted: str) -> bytes:
        kind = self.headers.get("content-type", "")
        if kind.partition(";")[0].strip().lower() != wanted:
            raise self.unexpected(f"as {kind or 'nothing known'}, not as {wanted}")
        return self.body

    def _parsed(self, text: bytes) -> Any:
        try:
            return json.loads(text)
        except ValueError as error:
            raise self.unexpected("with broken JSON") from error

    def unexpected(self, how: str) -> UnexpectedAnswer:
        start = self.body[:120].decode("utf-8", "replace")
        return UnexpectedAnswer(f"{self.status} {how}: {start!r}", status=self.status)


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request, how its answer is read, and the seconds that the shop may hold it on purpose."""

    request: Request
    read: Callable[[Received], T]
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Pages(Generic[Page, Item]):
    """A list that comes page by page; `first` is a page at hand, or the call for one."""

    first: Page | Call[Page]
    items: Callable[[Page], Sequence[Item]]
    following: Callable[[Page], Call[Page] | None]


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


# Calls one after the other, each made of what the ones before answered.
Routine = Generator[Call[Any] | Pause, Any, T]


def call(kind: type[T], request: Request, *, patience: float = 0.0) -> Call[T]:
    """A call whose answer is a `kind` as JSON."""
    sparse = "fields" in request.query
    return Call(
        request, lambda received: read(kind, received.json(), sparse=sparse), patience=patience
    )


def tagged(kind: type[T], request: Request, *, patience: float = 0.0) -> Call[T]:
    """A call whose answer has an `etag`, which a header brings."""
    sparse = "fields" in request.query

    def read_tagged(received: Received) -> T:
        told = received.json()
        if isinstance(told, dict):
            # Packing makes it W/"...", which names the same state to the shop.
            tag = received.headers.get("etag")
            told = {**told, "etag": tag and tag.removeprefix("W/")}
        return read(kind, told, sparse=sparse)

    return Call(request, read_tagged, patience=patience)


def silent(request: Request) -> Call[None]:
    """A call whose answer says nothing but that it is done."""
    return Call(request, lambda _: None)
