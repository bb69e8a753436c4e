"""Lines out of a body that is still on its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django.http import HttpRequest, UnreadablePostError

from search.api.limits import in_chunks

log = structlog.get_logger(__name__)

PIECE = 64 * 1024
BOM = b"\xef\xbb\xbf"


class Body:
    """The bytes of a request, piece by piece. `fault` says afterwards why they didn't all come: the
    connection broke, or there were more than `most`."""

    def __init__(self, request: HttpRequest, *, most: int) -> None:
        self._announced = None if in_chunks(request) else _announced(request)
        # Django reads nothing of a body whose length isn't announced; gunicorn tells its end.
        self._source: Any = request.META["wsgi.input"] if self._announced is None else request
        self._most = most
        self._came = 0
        self.ended = False
        self.fault = ""

    def __iter__(self) -> Iterator[bytes]:
        while not self.ended:
            piece = self._read()
            self._came += len(piece)
            if self._came > self._most:
                self._stop(f"The body has more than {self._most / 2**20:.0f} MiB.")
            elif piece:
                yield piece
            elif self._announced is not None and self._came < self._announced:
                self._stop("The connection broke before the whole body was here.")
            self.ended = self.ended or not piece

    def _read(self) -> bytes:
        try:
            piece: bytes = self._source.read(PIECE)
        except (OSError, UnreadablePostError) as error:
            log.info("A body broke off", reason=str(error))
            self._stop("The connection broke before the whole body was here.")
            return b""
        return piece

    def _stop(self, fault: str) -> None:
        self.fault, self.ended = fault, True


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line that isn't empty, counted from 1. `text` is None where it is longer than allowed."""

    number: int
    text: bytes | None
    whole: bool = True


def lines(body: Body, *, longest: int) -> Iterator[RawLine]:
    """The lines of the body, empty ones left out; the last one isn't `whole` where the body breaks
    off in it. A line that is too long is never held in memory."""
    number, held, too_long = 1, b"", False
    first = True
    for piece in body:
        *ended, rest = (held + piece).split(b"\n")
        for line in ended:
            text = line.removeprefix(BOM) if first else line
            first = False
            if too_long or len(text) > longest:
                yield RawLine(number, None)
            elif text.strip():
                yield RawLine(number, text)
            number, too_long = number + 1, False
        too_long = too_long or len(rest) > longest
        held = b"" if too_long else rest
    last = held.removeprefix(BOM) if first else held
    if too_long:
        yield RawLine(number, None, whole=not body.fault)
    elif last.strip():
        yield RawLine(number, last, whole=not body.fault)


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0
