"""ETags, and the conditions that a request may set on them.

A tag names a state: it is a digest of all that the caller is shown, whatever `fields` leaves of it.
Packing an answer, here or in a proxy, turns `"x"` into `W/"x"`; the state is the same, so the two
count as equal in If-Match too, where a client that asks for gzip could otherwise never write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.errors import LookalikeError
from search.errors import InvalidSearch

ANY = "*"
_TAG = r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"'
_LIST = re.compile(rf"\s*{_TAG}\s*(?:,\s*{_TAG}\s*)*")


class PreconditionFailed(LookalikeError):
    """What is stored isn't what the request names; its present tag is in `headers`."""

    code = "precondition_failed"

    def __init__(self, message: str, *, field: str, current: str | None) -> None:
        super().__init__(message, field=field)
        self.headers = {"ETag": current} if current else {}


def etag_of(shown: Mapping[str, Any]) -> str:
    """The strong tag of what is shown."""
    packed = json.dumps(shown, sort_keys=True, separators=(",", ":"))
    return f'"{sha256(packed.encode()).hexdigest()[:32]}"'


@dataclass(frozen=True)
class Conditions:
    """Tags without their quotes, or `*`; None where the header isn't sent."""

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def check(self, current: str | None) -> None:
        """Raises PreconditionFailed; `current` is the tag of what is stored, None for nothing."""
        if self.match is not None and not _meets(self.match, current):
            now = f"It is {current} by now" if current else "There is nothing here by now"
            raise PreconditionFailed(
                f"{now}: somebody else changed it. Read it again and send the change that still "
                "applies, with the ETag that you got.",
                field="If-Match",
                current=current,
            )
        if self.none_match is not None and _meets(self.none_match, current):
            raise PreconditionFailed(
                f"It is there already, as {current}. To change it, leave out If-None-Match.",
                field="If-None-Match",
                current=current,
            )

    def unchanged(self, current: str) -> bool:
        """Whether the client of a GET has this already."""
        return self.none_match is not None and _meets(self.none_match, current)


def read_conditions(request: Request) -> Conditions:
    """What the headers ask. Raises InvalidSearch where one of them can't be read: overlooked, it
    would let somebody's change be lost."""
    return Conditions(_tags(request, "If-Match"), _tags(request, "If-None-Match"))


def answer(request: Request, shown: Mapping[str, Any], *, etag: str) -> Response:
    """A GET's answer under that tag: 304 and nothing else where the client has it."""
    has_it = read_conditions(request).unchanged(etag)
    return tagged(Response(status=304) if has_it else Response(shown), etag)


def tagged(response: Response, etag: str) -> Response:
    """Kept by the client alone, and asked for again each time: the tag tells whether it changed."""
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Accept-Encoding"])
    return response


def _meets(wanted: frozenset[str], current: str | None) -> bool:
    return current is not None and (ANY in wanted or current.strip('"') in wanted)


def _tags(request: Request, header: str) -> frozenset[str] | None:
    value = request.headers.get(header)
    if value is None:
        return None
    if value.strip() == ANY:
        return frozenset({ANY})
    if not _LIST.fullmatch(value):
        raise InvalidSearch(
            f'{header} is an ETag in double quotes as an answer told it, such as "3fa8…", several '
            "of them with commas, or *.",
            field=header,
        )
    return frozenset(re.findall(_TAG, value))
