"""A day's quota beside the rate: both are asked at once, and a refused request costs neither."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from search.throttling import Limit, Window, allow
from search.throttling.gcra import DAY, verdict
from tests.throttling.test_gcra import START, Clocked

SECOND = 1_000_000
MIDNIGHT = (START // DAY + 1) * DAY


def quota(per_day: int) -> Clocked:
    """No rate, only a quota."""
    return Clocked(step=0, tolerance=0, per_day=per_day)


def test_the_quota_ends_and_begins_again_at_midnight():
    script = quota(2)

    assert [script.ask(MIDNIGHT - 5 * SECOND)[1] for _ in range(4)] == [0, 0, *[5 * SECOND] * 2]
    assert [script.ask(MIDNIGHT + now)[1] for now in (0, 1, 2)] == [0, 0, DAY - 2]


def test_a_clock_that_was_a_day_ahead_carries_nothing_back():
    script = quota(1)
    assert script.ask(MIDNIGHT + DAY)[1] == 0

    assert script.ask(MIDNIGHT)[1] == 0


def test_a_request_counts_as_what_it_costs_or_not_at_all():
    script = quota(10)

    answers = [script.ask(START, cost) for cost in (4, 7, 6, 1)]

    assert [(quota_wait > 0, used) for _, quota_wait, _, used, _ in answers] == [
        (False, 4),
        (True, 4),
        (False, 10),
        (True, 10),
    ]


def test_what_the_rate_refuses_costs_no_quota_and_the_other_way_round():
    script = Clocked(step=SECOND, tolerance=0, per_day=2)

    waits = [tuple(script.ask(START + now)[:2]) for now in (0, 1, SECOND, 5 * SECOND)]

    assert waits == [(0, 0), (SECOND - 1, 0), (0, 0), (0, MIDNIGHT - START - 5 * SECOND)]
    assert script.ask(START + 5 * SECOND)[2] == 0  # the refused one took no place of the rate


@examples(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    per_day=st.integers(1, 30),
    asked=st.lists(st.tuples(st.integers(0, DAY // 3), st.integers(1, 12)), max_size=30),
)
def test_no_day_ever_sees_more(per_day: int, asked: list[tuple[int, int]]):
    script, now, seen = quota(per_day), START, dict[int, int]()
    for gap, cost in asked:
        now += gap
        day = now // DAY
        fits = seen.get(day, 0) + cost <= per_day
        seen[day] = seen.get(day, 0) + cost * fits

        assert script.ask(now, cost)[1] == (0 if fits else (day + 1) * DAY - now)


def test_the_answer_in_windows():
    limit = Limit(per_minute=60, burst=10, per_day=1_000)

    told = verdict([0, 0, 3 * SECOND, 400, 7_200 * SECOND], limit)

    assert told.windows == [Window(10, 10, 7, 3), Window(1_000, 86_400, 600, 7_200)]
    assert (told.allowed, told.by_quota) == (True, False)


def test_the_longer_wait_is_told():
    told = verdict([3 * SECOND, 500 * SECOND, 9 * SECOND, 5, 500 * SECOND], Limit(60, 1, 5))

    assert (told.allowed, told.retry_after, told.by_quota) == (False, 500, True)


def test_eight_threads_get_the_quota_and_not_one_more(key: str):
    limit = Limit(per_minute=60_000, burst=60_000, per_day=100)

    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(lambda _: allow(key, limit, cost=3), range(80)))

    assert sum(verdict.allowed for verdict in verdicts) == 33
    assert min(verdict.windows[1].remaining for verdict in verdicts) == 1
    assert {verdict.by_quota for verdict in verdicts if not verdict.allowed} == {True}


def test_rate_and_quota_are_one_round_trip(server: Any, key: str):
    def scripts_run() -> int:
        return int(server.info("commandstats")["cmdstat_evalsha"]["calls"])

    limit = Limit(per_minute=60, burst=60, per_day=100)
    allow(key, limit)
    before = scripts_run()
    allow(key, limit)

    assert scripts_run() - before == 1


def test_both_counts_are_forgotten_in_time(server: Any, key: str):
    allow(key, Limit(per_minute=60, burst=60, per_day=100))

    assert 0 < server.pttl(f"throttle:{{{key}}}") <= 1_000
    assert 0 < server.pttl(f"throttle:{{{key}}}:day") <= 86_400_000
