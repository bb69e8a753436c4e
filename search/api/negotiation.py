"""Which form of answer the Accept header asks for, with its q-values (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.mediatypes import media_type_matches

# Nobody who means it names more; what comes after is left out.
MOST_RANGES = 32
# Programs send one and the same with every request.
REMEMBERED = 256


class Range(NamedTuple):
    """A media range of the header, such as `application/*;q=0.5`. `precise` grows with how exactly
    it names something."""

    media_type: str
    q: float
    precise: int


class Negotiation(DefaultContentNegotiation):
    """The renderer that the client likes best; of equals the view's first. A missing or empty
    header takes anything."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: Any = None,  # noqa: ARG002 - DRF's signature
    ) -> tuple[BaseRenderer, str]:
        wanted = ranges(request.headers.get("Accept", ""))
        liked = [(_quality(each, wanted), each) for each in renderers]
        best = max(liked, key=lambda each: each[0])
        if not best[0]:
            raise NotAcceptable
        return best[1], best[1].media_type


@lru_cache(maxsize=REMEMBERED)
def ranges(accept: str) -> tuple[Range, ...]:
    """The media ranges of an Accept header; what can't be read in it is left out."""
    parts = accept.split(",")[:MOST_RANGES]
    return tuple(_range(part) for part in parts if part.strip()) or (Range("*/*", 1.0, 0),)


def _range(part: str) -> Range:
    media_type, params = parse_header_parameters(part)
    try:
        q = min(max(float(params.pop("q", "1")), 0.0), 1.0)
    except ValueError:
        q = 0.0
    kind, _, subtype = media_type.partition("/")
    return Range(media_type, q, 2 * (kind != "*") + 2 * (subtype not in {"*", ""}))


def _quality(renderer: BaseRenderer, wanted: Sequence[Range]) -> float:
    """By the range that names the form most precisely: `*/*, application/json;q=0` rules JSON
    out."""
    fitting = [each for each in wanted if media_type_matches(each.media_type, renderer.media_type)]
    return max(fitting, key=lambda each: each.precise).q if fitting else 0.0
