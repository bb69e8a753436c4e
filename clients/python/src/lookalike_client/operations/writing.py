"""Writing products, one by one or many at once.

`if_match` lets a write through only while the product is what that `etag` names, and
`if_none_match="*"` only where there is none; PreconditionFailed is raised else. A write that is
sent again after a broken connection has the same `idempotency_key`, and happens once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

from lookalike_client.addresses import segment
from lookalike_client.answers import BulkResult, BulkSummary, FullProduct
from lookalike_client.answers.products import ProductStatus
from lookalike_client.calls import Call, Pages, Received, Request, silent, tagged
from lookalike_client.errors import BulkBrokeOff
from lookalike_client.operations.conditions import conditions, once
from lookalike_client.questions import Price, as_json
from lookalike_client.reading import read

MOST_LINES = 1_000
MOST_BYTES = 4 * 2**20
# Seconds that so many lines may take, beside those of any call.
PATIENCE = 60.0


class Parts(TypedDict, total=False):
    """What a product may have. None takes a value away, or sets it back to its default.

    `category` is a slug, or the way to one from the root, such as `Home > Lamps`, which is made.
    """

    description: str | None
    category: str | None
    tags: Sequence[str] | None
    currency: str | None
    stock: int | None
    status: ProductStatus | None


class Changes(Parts, total=False):
    """The same, and what every product has."""

    title: str
    price: Price


def put_product(
    sku: str,
    *,
    title: str,
    price: Price,
    if_match: str | None = None,
    if_none_match: str | None = None,
    idempotency_key: str | None = None,
    **parts: Unpack[Parts],
) -> Call[FullProduct]:
    """Create a product, or replace all of it but its images."""
    request = Request(
        method="PUT",
        path=f"products/{segment(sku)}/",
        headers=conditions(if_match=if_match, if_none_match=if_none_match) | once(idempotency_key),
        json=_body({"title": title, "price": price, **parts}),
    )
    return tagged(FullProduct, request)


def patch_product(
    sku: str,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
    **changes: Unpack[Changes],
) -> Call[FullProduct]:
    """Change the parts of a product that are named."""
    request = Request(
        method="PATCH",
        path=f"products/{segment(sku)}/",
        headers=conditions(if_match=if_match) | once(idempotency_key),
        json=_body(changes),
    )
    return tagged(FullProduct, request)


def delete_product(
    sku: str, *, if_match: str | None = None, idempotency_key: str | None = None
) -> Call[None]:
    """Delete a product and its images."""
    headers = conditions(if_match=if_match) | once(idempotency_key)
    return silent(Request(method="DELETE", path=f"products/{segment(sku)}/", headers=headers))


@dataclass(frozen=True, slots=True)
class _Piece:
    """The results of the lines of one request; `broke_off` where there are too few."""

    results: tuple[BulkResult, ...]
    broke_off: BulkBrokeOff | None


def bulk(lines: Iterable[Mapping[str, Any]]) -> Pages[_Piece, BulkResult]:
    """Create, change and delete any number of products, and tell what became of each.

    A line has a `sku` and parts as `patch_product` takes them, or `"delete": True`. Lines are taken
    and sent a thousand at a time, as the results are asked for. A line that is refused is a result
    with an `error`; BulkBrokeOff says that lines after the last result weren't looked at. A line
    that an attempt wrote before its connection broke is `unchanged` (deleted: `error`) afterwards.
    """
    pieces = _pieces(lines)
    first = _sent(next(pieces, None)) or _Piece((), None)
    return Pages(first, lambda piece: piece.results, lambda piece: _following(piece, pieces))


def _following(piece: _Piece, pieces: Iterator[tuple[int, bytes]]) -> Call[_Piece] | None:
    if piece.broke_off is not None:
        raise piece.broke_off
    return _sent(next(pieces, None))


def _sent(piece: tuple[int, bytes] | None) -> Call[_Piece] | None:
    if piece is None:
        return None
    before, lines = piece

    def read_piece(received: Received) -> _Piece:
        *results, summary = received.json_lines() or [None]
        told = tuple(read(BulkResult, each) for each in results)
        end = read(BulkSummary, summary, "summary")
        broke_off = None
        if end.error is not None:
            broke_off = BulkBrokeOff(
                end.error.code,
                end.error.message,
                status=received.status,
                field=end.error.field,
                request_id=received.headers.get("x-request-id"),
            )
        return _Piece(tuple(replace(each, line=each.line + before) for each in told), broke_off)

    request = Request(method="POST", path="products/bulk/", lines=lines)
    return Call(request, read_piece, patience=PATIENCE)


def _pieces(lines: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, bytes]]:
    """Bodies that aren't too long, each with the number of lines before it."""
    before, held, size = 0, list[bytes](), 0
    for each in lines:
        line = json.dumps(_body(each)).encode() + b"\n"
        if held and (len(held) == MOST_LINES or size + len(line) > MOST_BYTES):
            yield before, b"".join(held)
            before, held, size = before + len(held), [], 0
        held.append(line)
        size += len(line)
    if held:
        yield before, b"".join(held)


def _body(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: as_json(value) for name, value in parts.items()}
