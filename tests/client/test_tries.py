"""The decision whether another attempt follows, with a clock of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike_client import DeadlineExceeded, TransportError
from lookalike_client.calls import Received, Request, silent
from lookalike_client.pauses import FIRST, LONGEST, backoff, retry_after
from lookalike_client.tries import Policy, Tries
from lookalike_client.wire import Shop

READ = httpx.ReadError("reset")
SHOP = Shop("https://shop.example/", "lk.key")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def tries(clock: Clock, **policy: Any) -> Tries[None]:
    request = Request(method="POST", path="x/")
    made = Tries(silent(request), SHOP, Policy(**policy), clock=clock)
    made.request()
    return made


def received(status: int, **headers: str) -> Received:
    return Received(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    ("outcome", "repeated"),
    [
        (httpx.ConnectError("refused"), True),
        (httpx.ConnectTimeout("away"), True),
        (httpx.PoolTimeout("full"), True),
        (READ, True),
        (httpx.ReadTimeout("late"), True),
        (httpx.RemoteProtocolError("nonsense"), True),
        (received(503, retry_after="2"), True),
        (received(429, ratelimit_reset="2"), True),
        (received(503), True),
        (received(502), True),
        (received(502, retry_after="2"), True),
        (received(500, retry_after="2"), False),
        (received(400, retry_after="2"), False),
    ],
)
def test_what_may_come_right_by_itself_is_tried_again(outcome: Any, repeated: bool):
    assert (tries(Clock()).settle(outcome) is not None) is repeated


def test_the_shops_word_is_waited_for_and_a_little_longer():
    pause = tries(Clock()).settle(received(503, retry_after="7"))

    assert pause is not None
    assert 7 <= pause <= 7 + FIRST


def test_the_time_that_is_left_bounds_each_attempt():
    clock = Clock()
    made = tries(clock, timeout=10)
    clock.now += 7

    assert made.request().extensions["timeout"] == {
        "connect": 3.0,
        "read": 3.0,
        "write": 3.0,
        "pool": 3.0,
    }
    clock.now += 2.8
    assert made.settle(received(503, retry_after="1")) is None
    clock.now += 1
    with pytest.raises(DeadlineExceeded):
        made.request()


def test_patience_comes_on_top_of_the_timeout():
    call = silent(Request(method="GET", path="x/"))
    made = Tries(type(call)(call.request, call.read, patience=10), SHOP, Policy(timeout=5))

    assert made.request().extensions["timeout"]["read"] == pytest.approx(15, abs=1)


def test_a_timeout_is_told_as_the_deadline_and_a_reset_is_not():
    late, reset = tries(Clock(), retries=0), tries(Clock(), retries=0)
    late.settle(httpx.ReadTimeout(""))
    reset.settle(READ)

    with pytest.raises(DeadlineExceeded):
        late.value()
    with pytest.raises(TransportError, match="ReadError: reset") as caught:
        reset.value()
    assert type(caught.value) is TransportError


@given(st.integers(1, 1000))
def test_pauses_grow_and_are_bounded(attempt: int):
    assert 0 <= backoff(attempt) <= min(LONGEST, FIRST * 2 ** min(attempt - 1, 10))


NOW = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "5"}, 5.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "5", "ratelimit-reset": "9"}, 5.0),
        ({"ratelimit-reset": "9"}, 9.0),
        ({"retry-after": "Sun, 01 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 01 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon", "ratelimit-reset": "9"}, 9.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1e3"}, None),
        ({"retry-after": "9999999999"}, None),
        ({}, None),
    ],
)
def test_when_to_come_back(headers: dict[str, str], seconds: float | None):
    assert retry_after(headers, NOW) == seconds


@given(st.text())
def test_no_header_breaks_the_reading(text: str):
    pause = retry_after({"retry-after": text, "ratelimit-reset": text}, NOW)

    assert pause is None or pause >= 0


@pytest.mark.parametrize("address", ["shop.example", "ftp://shop.example", "http://", ""])
def test_an_address_that_is_none_is_refused_at_once(address: str):
    with pytest.raises(ValueError, match="no address such as"):
        Shop(address)


def test_a_key_is_checked_at_once_and_shown_nowhere():
    with pytest.raises(ValueError, match="line break"):
        Shop("http://shop.example", "lk.key\n")
    assert "lk.key" not in repr(SHOP)


@pytest.mark.parametrize("policy", [{"timeout": 0}, {"timeout": float("nan")}, {"retries": -1}])
def test_a_policy_that_makes_no_sense_is_refused(policy: dict[str, Any]):
    with pytest.raises(ValueError, match=next(iter(policy))):
        Policy(**policy)
