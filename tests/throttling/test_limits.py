"""What is allowed on the real Redis: exact under many threads, and told where Redis is away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from search.errors import SearchUnavailable
from search.throttling import Limit, allow, without_redis
from tests.search.conftest import OwnRedis

NOBODY = "redis://127.0.0.1:1/0"
ONE = Limit(1, burst=1)


@pytest.fixture
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    server = OwnRedis(tmp_path_factory.mktemp("r"))
    server.start()
    yield server
    server.stop()


def test_never_more_than_the_burst_and_the_rate_pass_eight_threads(key: str):
    per_minute, burst, threads = 600, 20, 8
    began = time.monotonic()

    def ask_until(end: float) -> int:
        passed = 0
        while time.monotonic() < end:
            passed += allow(key, Limit(per_minute, burst)).allowed
        return passed

    with ThreadPoolExecutor(threads) as pool:
        passed = sum(pool.map(ask_until, [began + 1.0] * threads))

    most = burst + per_minute / 60 * (time.monotonic() - began)
    assert burst + 9 <= passed <= most


def test_a_refused_request_costs_nothing(key: str):
    def retry_after() -> int:
        return allow(key, Limit(6, burst=1)).retry_after

    assert [retry_after() for _ in range(4)] == [0, 10, 10, 10]


def test_one_key_takes_nothing_from_another(key: str):
    keys = [key, f"{key}-other"]

    assert [allow(each, ONE).allowed for each in keys] == [True, True]
    assert [allow(each, ONE).allowed for each in keys] == [False, False]


def test_a_flushed_redis_learns_the_script_anew(settings: Any, own_redis: OwnRedis, key: str):
    settings.REDIS_URL = own_redis.url
    assert allow(key, ONE).allowed
    own_redis.client.script_flush()
    own_redis.client.flushall()

    assert allow(key, ONE).allowed
    assert not allow(key, ONE).allowed


def test_a_redis_that_has_restarted_is_found_again(settings: Any, own_redis: OwnRedis, key: str):
    settings.REDIS_URL = own_redis.url
    settings.THROTTLE_FAIL_OPEN = False
    allow(key, ONE)
    own_redis.stop()
    own_redis.start()

    assert allow(key, ONE).allowed
    assert not allow(key, ONE).allowed


@pytest.mark.parametrize("url", [NOBODY, "no address"])
def test_without_redis_all_are_allowed(settings: Any, caplog: Any, url: str, key: str):
    settings.REDIS_URL = url

    assert [allow(key, ONE).allowed for _ in range(3)] == [True] * 3
    assert "THROTTLE_FAIL_OPEN" in caplog.text


def test_without_redis_none_is_allowed_where_the_shop_wants_that(settings: Any, key: str):
    settings.REDIS_URL = NOBODY
    settings.THROTTLE_FAIL_OPEN = False

    with pytest.raises(SearchUnavailable) as raised:
        allow(key, ONE)

    assert raised.value.message == "Searching pauses for a moment. Try again in half a minute."
    assert raised.value.retry_after == 30


def test_a_full_redis_counts_as_one_that_is_down(settings: Any, own_redis: OwnRedis, key: str):
    own_redis.client.config_set("maxmemory", 1)
    settings.REDIS_URL = own_redis.url

    assert [allow(key, ONE).allowed for _ in range(2)] == [True, True]


@pytest.mark.parametrize(
    ("per_minute", "fail_open", "told"),
    [
        (0, True, "searching goes on, as often as anybody likes"),
        (0, False, "searching goes on; API keys get a 503, as THROTTLE_FAIL_OPEN=false says"),
        (30, True, "searching goes on, as often as anybody likes"),
        (30, False, "searches get a 503, as THROTTLE_FAIL_OPEN=false says"),
    ],
)
def test_doctor_is_told_what_becomes_of_searches(
    settings: Any, per_minute: int, fail_open: bool, told: str
):
    settings.PHOTO_SEARCHES_PER_MINUTE = per_minute
    settings.THROTTLE_FAIL_OPEN = fail_open

    assert without_redis() == told
