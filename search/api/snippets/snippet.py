"""What is asked in a snippet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PHOTO = "photo.jpg"
NDJSON = "application/x-ndjson"


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """A request, and what is done with its answer.

    `path` lies below `/api/v1/` and may name what the reader has: `search/$QUERY_ID/`. `form` is
    sent with the photo, `json` without; `lines` are NDJSON. `python` is the client's call;
    `javascript` what is done with `answer`, or after `lines` with `response`; empty where there is
    none.
    """

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    form: Mapping[str, Any] | None = None
    lines: Sequence[Mapping[str, Any]] | None = None
    python: str
    javascript: str = ""
