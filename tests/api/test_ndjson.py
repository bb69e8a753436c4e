"""Lines of a body, however it is cut into pieces."""

from __future__ import annotations

import io

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from search.api import ndjson
from search.api.ndjson import Body, RawLine, lines


def request_of(body: bytes, *, announced: int | None = None) -> HttpRequest:
    length = str(len(body) if announced is None else announced)
    sent = {"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(body)}
    return RequestFactory().post("/", content_type="x", **sent)


def read(body: bytes, *, longest: int = 100, announced: int | None = None) -> list[RawLine]:
    return list(lines(Body(request_of(body, announced=announced), most=1000), longest=longest))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", []),
        (b"\n\r\n  \n", []),
        (b"a", [(1, b"a")]),
        (b"a\nb\n", [(1, b"a"), (2, b"b")]),
        (b"a\r\n\r\nb\r\n", [(1, b"a\r"), (3, b"b\r")]),
        (b"\xef\xbb\xbfa\nb", [(1, b"a"), (2, b"b")]),
        (b"\xef\xbb\xbf", []),
        (b"a\n" + b"x" * 101 + b"\nb", [(1, b"a"), (2, None), (3, b"b")]),
        (b"a\n" + b"x" * 101, [(1, b"a"), (2, None)]),
        (b"x" * 100, [(1, b"x" * 100)]),
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 7, 50, 65536])
def test_lines(monkeypatch: pytest.MonkeyPatch, body: bytes, expected: list[tuple], piece: int):
    monkeypatch.setattr(ndjson, "PIECE", piece)
    assert [(line.number, line.text) for line in read(body)] == expected


@given(st.lists(st.binary(max_size=30).map(lambda each: each.replace(b"\n", b"")), max_size=20))
def test_every_line_comes_with_its_number(parts: list[bytes]):
    found = read(b"\n".join(parts))
    parts = [parts[0].removeprefix(ndjson.BOM), *parts[1:]] if parts else []
    wanted = [(number, text) for number, text in enumerate(parts, start=1) if text.strip()]
    assert [(line.number, line.text) for line in found] == wanted


def test_a_line_that_breaks_off_is_not_whole():
    found = read(b"a\nb", announced=10)
    assert found == [RawLine(1, b"a"), RawLine(2, b"b", whole=False)]


def test_more_than_the_body_may_have(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ndjson, "PIECE", 10)
    body = Body(request_of(b"x" * 1001), most=1000)
    assert sum(len(piece) for piece in body) == 1000
    assert "more than" in body.fault


def test_a_connection_that_breaks():
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if piece := super().read(min(size or 0, 2)):
                return piece
            raise ConnectionResetError

    request = request_of(b"")
    request.META.update({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Broken(b"a\nb")})
    body = Body(request, most=1000)
    assert list(lines(body, longest=10)) == [RawLine(1, b"a"), RawLine(2, b"b", whole=False)]
    assert "broke" in body.fault
