"""What every answer must hold to beside the schema; read by schemathesis itself."""

from __future__ import annotations

import json
from typing import Any

import schemathesis

# Why a question that fits the schema may still be refused: what it names isn't there, what it says
# makes no sense together, or the bytes behind the base64 are no photo.
SEMANTIC = {
    *("invalid", "unknown_filter", "malformed"),
    *("empty", "corrupt", "too_small", "too_dark", "unsupported_type"),
}


@schemathesis.serializer("application/x-ndjson")
def lines(ctx: Any, value: Any) -> bytes:
    """A line that is no JSON goes as it is."""
    return value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Whoever asks for some `fields` gets fewer than the schema promises: that is tested apart."""
    rightly = case.meta is None or case.meta.generation.mode.is_positive
    if rightly and isinstance(case.query, dict):
        case.query.pop("fields", None)


@schemathesis.check
def told(ctx: Any, response: Any, case: Any) -> None:
    """An error has the one shape, names its code and says more than that; and whoever keeps to the
    schema is never told that a field is unknown."""
    if response.status_code < 400:
        return
    error = response.json()["error"]
    assert set(error) == {"code", "message", "field", "request_id"}
    assert len(error["message"]) > 20
    if "idempotency-replayed" not in response.headers:  # else it is the first request's answer
        assert error["request_id"] == response.headers["x-request-id"][0]
    if case.meta and case.meta.generation.mode.is_positive and response.status_code == 400:
        assert error["code"] in SEMANTIC, error["message"]
