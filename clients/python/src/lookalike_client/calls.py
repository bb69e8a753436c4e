"""A call before it is sent and after it is answered: plain values, no connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from lookalike_client.errors import UnexpectedAnswer
from lookalike_client.reading import read

T = TypeVar("T")
Item = TypeVar("Item")
Page = TypeVar("Page")
JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked; `path` lies below `/api/v1/`.

    `repeatable` says that a second one does no harm when nobody knows whether the first arrived.
    """

    method: str
    path: str
    query: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    photo: bytes | None = field(default=None, repr=False)
    repeatable: bool = True


@dataclass(frozen=True, slots=True)
class Received:
    """An answer, whole. The names of `headers` are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON. Raises UnexpectedAnswer."""
        kind = self.headers.get("content-type", "")
        if kind.partition(";")[0].strip().lower() != JSON:
            raise self.unexpected(f"as {kind or 'nothing known'}, not as JSON")
        try:
            return json.loads(self.body)
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


def call(kind: type[T], request: Request) -> Call[T]:
    """A call whose answer is a `kind` as JSON."""
    return Call(request, lambda received: read(kind, received.json()))


def silent(request: Request) -> Call[None]:
    """A call whose answer says nothing but that it is done."""
    return Call(request, lambda _: None)
