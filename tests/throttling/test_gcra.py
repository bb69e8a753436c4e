"""The script's arithmetic, against the other form of the same algorithm: a bucket that leaks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
import redis
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from search.throttling.gcra import MINUTE, SCRIPT, Limit, verdict

START = 1_790_000_000_000_000
# The script with a clock of the test's, and counts that don't expire by the real one.
AT_A_TIME = """
local real = redis
local redis = {call = function(name, ...)
    local given = {...}
    if name == 'TIME' then return {ARGV[5], ARGV[6]} end
    if name == 'SET' then return real.call('SET', given[1], given[2], 'PX', 60000) end
    return real.call(name, ...)
end}
"""


@dataclass
class Bucket:
    """I.371, annex A.2: what is in it leaks away with time; a request pours a step's worth in."""

    step: int
    tolerance: int
    content: int = 0
    seen: int = START

    def wait(self, now: int, cost: int = 1) -> int:
        self.content = max(0, self.content - (now - self.seen))
        self.seen = now
        over = self.content + (cost - 1) * self.step - self.tolerance
        if over > 0:
            return over
        self.content += cost * self.step
        return 0


class Clocked:
    """Asks the script at given times, under a key of its own."""

    def __init__(self, *, step: int, tolerance: int, per_day: int = 0) -> None:
        client = redis.Redis.from_url(settings.REDIS_URL)
        self._script = client.register_script(AT_A_TIME + SCRIPT)
        self._key = f"throttle:test:{uuid.uuid4()}"
        self._limit = (step, tolerance)
        self._per_day = per_day

    def ask(self, now: int, cost: int = 1) -> list[int]:
        """The script's whole answer."""
        given = [*self._limit, cost, self._per_day, *divmod(now, 1_000_000)]
        answer: list[int] = self._script([self._key, f"{self._key}:day"], given)
        return answer

    def wait(self, now: int, cost: int = 1) -> int:
        return self.ask(now, cost)[0]


@examples(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    per_minute=st.integers(1, 6_000),
    burst=st.integers(1, 12),
    gaps=st.lists(st.tuples(st.integers(0, 1_200), st.integers(1, 4)), min_size=1, max_size=40),
)
def test_it_decides_as_a_leaking_bucket_does(
    per_minute: int, burst: int, gaps: list[tuple[int, int]]
):
    """The gaps between requests are in five hundredths of a step; each has a cost."""
    step, tolerance, *_ = Limit(per_minute, burst).arguments(1)
    script = Clocked(step=step, tolerance=tolerance)
    bucket = Bucket(step, tolerance)
    now = START
    for gap, cost in gaps:
        now += gap * step // 500

        assert script.wait(now, cost) == bucket.wait(now, cost)


@given(per_minute=st.integers(1, 100_000), burst=st.integers(1, 1_000))
def test_rounding_never_lets_more_through(per_minute: int, burst: int):
    step, tolerance, cost, per_day = Limit(per_minute, burst).arguments(1)

    assert (cost, per_day) == (1, 0)
    assert step * per_minute >= MINUTE
    assert tolerance == (burst - 1) * step


def test_a_burst_and_then_one_by_one():
    script = Clocked(step=2_000_000, tolerance=4_000_000)

    assert [script.wait(START) for _ in range(5)] == [0, 0, 0, 2_000_000, 2_000_000]
    assert script.wait(START + 1_999_999) == 1
    assert script.wait(START + 2_000_000) == 0
    assert script.wait(START + 2_000_000) == 2_000_000


def test_a_clock_that_is_set_back_locks_nobody_out():
    script = Clocked(step=2_000_000, tolerance=0)
    an_hour = 3_600_000_000
    assert script.wait(START + an_hour) == 0

    assert [script.wait(START), script.wait(START)] == [0, 2_000_000]


@pytest.mark.parametrize(
    ("wait", "allowed", "seconds"), [(0, True, 0), (1, False, 1), (1_000_001, False, 2)]
)
def test_a_wait_is_told_in_whole_seconds(wait: int, allowed: bool, seconds: int):
    assert verdict([wait, 0, 0, 0, 1], Limit()) == (allowed, seconds, False, [])


def test_what_is_stored_goes_when_it_no_longer_matters(server: Any, key: str):
    script = server.register_script(SCRIPT)

    script([key, f"{key}:day"], [2_000_000, 10_000_000, 1, 0])
    assert 1_900 < server.pttl(key) <= 2_000
    script([key, f"{key}:day"], [2_000_000, 10_000_000, 1, 0])
    assert 3_800 < server.pttl(key) <= 4_000
    assert not server.exists(f"{key}:day")
