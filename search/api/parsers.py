"""How bodies are read: strictly, and with a reason where they can't be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn, cast

from django.utils.http import parse_header_parameters
from rest_framework import parsers
from rest_framework.exceptions import ParseError

# What may stand after a form's closing boundary without hiding it.
_EPILOGUE = 1024


class JSONParser(parsers.BaseParser):
    """JSON as RFC 8259 has it: UTF-8 whatever the charset says, and no NaN."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,  # noqa: ARG002 - DRF's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - DRF's signature
    ) -> Any:
        return read_json(stream.read())


def read_json(text: str | bytes) -> Any:
    """What `text` says as JSON, in UTF-8, perhaps behind a BOM. Raises ParseError with the place of
    the mistake."""
    try:
        plain = text if isinstance(text, str) else text.decode("utf-8-sig")
        return json.loads(plain, parse_constant=_refuse_constant, object_pairs_hook=_refuse_doubles)
    except RecursionError as error:
        raise ParseError("The JSON is nested too deeply.") from error
    except ValueError as error:
        raise ParseError(f"Not valid JSON: {error}") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _refuse_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; of two values under one name nobody can tell which is meant."""
    values = dict(pairs)
    if len(values) < len(pairs):
        double = _second_of_a_name(pairs)
        raise ValueError(f"the name {double[:40]!a} stands twice in one object; keep one of them")
    return values


def _second_of_a_name(pairs: list[tuple[str, Any]]) -> str:
    """In one pass: counting each name would take hours for the million that a body has room for."""
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return name
        seen.add(name)
    raise ValueError("Each name stands once.")


class FormParser(parsers.MultiPartParser):
    """multipart/form-data that was sent to its end: Django takes a form that breaks off for whole,
    and drops the photo it broke off in."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        tail = _Tail(stream)
        form = super().parse(cast("IO[Any]", tail), media_type, parser_context)
        boundary = parse_header_parameters(media_type or "")[1].get("boundary", "")
        if f"--{boundary}--".encode("latin-1", "replace") not in tail.last:
            raise ParseError(
                "The form breaks off: its closing boundary is missing. Send all of it."
            )
        return form


class _Tail:
    """A stream that remembers the last bytes read from it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._stream.read(size)
        self.last = (self.last + piece[-_EPILOGUE:])[-_EPILOGUE:]
        return piece
