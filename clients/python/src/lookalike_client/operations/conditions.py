"""What a request asks of the present state, and by what it is known when it comes again."""

from __future__ import annotations

import uuid


def conditions(*, if_match: str | None = None, if_none_match: str | None = None) -> dict[str, str]:
    """The headers. Raises ValueError for a tag without its quotes, which would be another one."""
    given = {"If-Match": if_match, "If-None-Match": if_none_match}
    for header, tag in given.items():
        if tag is not None and tag != "*" and not tag.endswith('"'):
            raise ValueError(f"{header} is an `etag` as an answer told it, or *, not {tag!r}.")
    return {header: tag for header, tag in given.items() if tag is not None}


def once(key: str | None) -> dict[str, str]:
    """The header by which attempts of one write are known as one."""
    return {"Idempotency-Key": str(uuid.uuid4()) if key is None else key}
