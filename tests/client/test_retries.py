"""When the client asks again, against a server that says what the test wants."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from lookalike_client import (
    Conflict,
    DeadlineExceeded,
    RateLimited,
    TransportError,
    Unavailable,
)
from tests.client.scripted import NEVER, SLOWLY, Script, answer, refusal

GONE = b""
PAGE = answer(200, {"results": [], "next": None})


pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def client(script: Script, connect: Callable[..., Any]) -> Any:
    return connect(script.url)


@pytest.mark.parametrize(
    "first",
    [
        refusal(503, "busy", Retry_After="0"),
        refusal(503, "unavailable"),
        refusal(429, "throttled", Retry_After="0"),
        refusal(429, "throttled", RateLimit_Reset="0"),
        answer(502, b"<h1>Bad gateway</h1>", kind="text/html"),
        answer(504, b"", kind="text/html"),
        GONE,
        answer(200, {"results": [], "next": None}, length=500),
    ],
    ids=[
        *("busy", "unavailable", "throttled", "reset", "bad gateway", "gateway timeout"),
        *("hung up", "cut off"),
    ],
)
def test_what_passes_is_asked_again(client: Any, script: Script, first: bytes):
    script.will(first, PAGE)

    assert client.product_page().results == ()

    ids = [seen.headers["X-Request-ID"] for seen in script.seen]
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "invalid"), (401, "invalid_key"), (404, "not_found"), (500, "internal")],
)
def test_what_stays_is_not_asked_again(client: Any, script: Script, status: int, code: str):
    script.will(refusal(status, code, Retry_After="0"))

    with pytest.raises(Exception, match=code) as caught:
        client.product_page()

    assert (caught.value.status, caught.value.code) == (status, code)
    assert len(script.seen) == 1


def test_a_conflict_is_the_callers_to_wait_for(client: Any, script: Script):
    script.will(refusal(409, "not_indexed_yet", Retry_After="0"))

    with pytest.raises(Conflict):
        client.similar("A")

    assert len(script.seen) == 1


def test_it_gives_up_after_as_many_retries_as_were_asked_for(
    connect: Callable[..., Any], script: Script
):
    script.will(*[refusal(503, "busy", Retry_After="0")] * 3)

    with pytest.raises(Unavailable) as caught:
        connect(script.url, retries=2).product_page()

    assert (caught.value.code, caught.value.request_id) == ("busy", "its-own-id")
    assert len(script.seen) == 3


def test_a_pause_beyond_the_deadline_is_told_and_not_waited_for(client: Any, script: Script):
    script.will(refusal(429, "quota_exceeded", Retry_After="3600"))

    with pytest.raises(RateLimited) as caught:
        client.product_page()

    assert (caught.value.code, caught.value.retry_after) == ("quota_exceeded", 3600.0)
    assert len(script.seen) == 1


@pytest.mark.parametrize("late", [NEVER, SLOWLY + PAGE], ids=["silent", "dripping"])
def test_a_call_ends_at_its_deadline(connect: Callable[..., Any], script: Script, late: bytes):
    script.will(late)

    with pytest.raises(DeadlineExceeded, match=r"GET products/, attempt 1, 0\.2 s for all"):
        connect(script.url, timeout=0.2).product_page()


def test_a_shop_that_is_not_there_is_told(connect: Callable[..., Any]):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"

    with pytest.raises(TransportError, match="attempt 4") as caught:
        connect(nobody).product_page()

    assert not isinstance(caught.value, DeadlineExceeded)
    assert caught.value.__cause__ is not None
