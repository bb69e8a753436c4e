"""Addresses of the API: segments, and the way from a `next` to the call that it stands for."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, unquote, urlsplit

from lookalike_client.errors import UnexpectedAnswer

ROOT = "/api/v1/"


def segment(text: str) -> str:
    """`text` as one step of a path. Dots alone would be taken for "here" or "up"."""
    if not text:
        raise ValueError("An empty SKU or id names nothing.")
    escaped = quote(text, safe="")
    return escaped.replace(".", "%2E") if set(text) == {"."} else escaped


def below_root(address: str) -> tuple[str, dict[str, list[str]]]:
    """Path below the API's root and query of an address that the shop gave.

    Host and scheme are left out: the key goes to the shop that it was given for, and nowhere else.
    """
    parts = urlsplit(address)
    _, root, path = parts.path.partition(ROOT)
    if not root or ".." in unquote(path):
        raise UnexpectedAnswer(f"`next` is no address of the API: {address[:200]!r}.")
    return path, parse_qs(parts.query, keep_blank_values=True)
