"""How much a key, or a client without one, may ask, and what every answer tells of it."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from search.throttling import limits
from tests.api.conftest import PRODUCTS, SEARCH, Shop, photo_base64
from tests.api.contract import assert_error
from tests.api.keys import make_key, sending, with_key
from tests.search.conftest import OwnRedis

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.doors")]

WRITING, BATCH = "/api/v1/writing/", "/api/v1/batch/"
NOBODY = "redis://127.0.0.1:1/0"
NAMES = ("Limit", "Remaining", "Reset", "Policy")


@pytest.fixture
def limited(settings: Any) -> None:
    """Four photos a minute, two at once; 16 searches by words, eight at once; a client that nobody
    has counted yet."""
    settings.PHOTO_SEARCHES_PER_MINUTE = 4
    settings.SECRET_KEY = str(uuid.uuid4()) * 2


def told(response: Any) -> tuple[str, ...]:
    return tuple(response.get(f"RateLimit-{name}", "-") for name in NAMES)


def search(client: Client, **question: Any) -> Any:
    return client.post(SEARCH, question, content_type="application/json")


def batch(client: Client, size: int) -> Any:
    return client.post(BATCH, {"queries": [0] * size}, content_type="application/json")


def seconds_to_midnight() -> int:
    now = datetime.now(tz=UTC)
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((tomorrow - now).total_seconds())


def test_a_key_may_make_what_it_says_and_is_told_when_to_go_on(client: Client):
    key, secret = make_key("read", per_minute=2)
    keyed = sending(client, secret)

    first, second, third = (keyed.get(PRODUCTS) for _ in range(3))

    assert told(first) == ("2", "1", "30", "2;w=60")
    assert told(second)[:2] == ("2", "0")
    error = assert_error(third, 429, "throttled")
    assert told(third)[:2] == ("2", "0")
    assert 25 <= int(third["Retry-After"]) <= 30
    assert int(third["RateLimit-Reset"]) == int(third["Retry-After"]) + 30
    assert error["message"] == (
        f"The key {key.shown} may make 2 requests a minute. Try again in {third['Retry-After']} s."
    )


def test_a_day_has_an_end(client: Client):
    key, secret = make_key("read", per_minute=100, per_day=2)
    keyed = sending(client, secret)

    first, _, third = (keyed.get(PRODUCTS) for _ in range(3))

    assert told(first)[:2] == ("2", "1")
    assert first["RateLimit-Policy"] == "100;w=60, 2;w=86400"
    error = assert_error(third, 429, "quota_exceeded")
    assert abs(int(third["Retry-After"]) - seconds_to_midnight()) < 60
    assert third["RateLimit-Reset"] == third["Retry-After"]
    assert f"{key.shown} may make 2 requests a day" in error["message"]


def test_the_headers_tell_of_what_is_nearer_to_its_end(client: Client):
    keyed = with_key(client, "read", per_minute=3, per_day=1_000)

    assert told(keyed.get(PRODUCTS))[:2] == ("3", "2")


def test_every_answer_of_a_counted_request_tells(client: Client):
    keyed = with_key(client, "read", per_minute=3)

    answers = [keyed.get(f"{PRODUCTS}nothing/"), keyed.get(f"{PRODUCTS}?k=x"), keyed.head(PRODUCTS)]

    assert [answer.status_code for answer in answers] == [404, 400, 200]
    assert [told(answer)[1] for answer in answers] == ["2", "1", "0"]


def test_what_is_refused_before_costs_nothing(client: Client):
    keyed = with_key(client, "read", per_minute=10)
    for refused in (keyed.put(WRITING), keyed.post(WRITING), keyed.options(WRITING)):
        assert told(refused) == ("-",) * 4

    assert told(keyed.get(WRITING))[1] == "9"


def test_the_settings_hold_for_keys_without_limits_of_their_own(client: Client, settings: Any):
    keyed = with_key(client, "read")
    assert keyed.get(PRODUCTS)["RateLimit-Policy"] == "600;w=60"

    settings.API_KEY_PER_MINUTE, settings.API_KEY_PER_DAY = 0, 5
    assert keyed.get(PRODUCTS)["RateLimit-Policy"] == "5;w=86400"

    settings.API_KEY_PER_DAY = 0
    assert told(keyed.get(PRODUCTS)) == ("-",) * 4


def test_a_batch_counts_as_what_is_in_it(client: Client):
    keyed = with_key(client, "search", per_minute=4)

    assert told(batch(keyed, 3))[1] == "1"
    refused = batch(keyed, 2)
    assert_error(refused, 429, "throttled")
    assert int(refused["Retry-After"]) <= 15
    assert told(batch(keyed, 1))[1] == "0"


def test_a_batch_that_could_never_be_afforded_is_told_so(client: Client, limited: None):
    keyed = with_key(client, "search", per_minute=10, per_day=5)

    for asking, most in ((keyed, 5), (client, 2)):
        error = assert_error(batch(asking, 6), 400, "invalid", "queries")
        assert error["message"].startswith(f"This counts as 6 requests, and you may make {most} at")


def test_a_client_has_one_allowance_for_page_and_api(client: Client, shop: Shop, limited: None):
    by_page = [client.post("/search/", {"product": "RED-1"}).status_code for _ in range(2)]

    by_api = search(client, image_base64=photo_base64(1))

    assert by_page == [303, 303]
    error = assert_error(by_api, 429, "throttled")
    assert told(by_api)[:2] + told(by_api)[3:] == ("2", "0", "2;w=30")
    assert error["message"].endswith("s, or use an API key.")
    assert search(with_key(client, "search"), image_base64=photo_base64(1)).status_code == 200


@pytest.mark.parametrize(
    ("question", "policy"),
    [
        ({"text": "red"}, "8;w=30"),
        ({"product": "RED-1"}, "2;w=30"),
        ({"images": [{"product": "RED-1"}], "text": "red"}, "2;w=30"),
    ],
)
def test_words_are_cheaper_than_pictures(
    client: Client, shop: Shop, limited: None, question: dict[str, Any], policy: str
):
    assert search(client, **question)["RateLimit-Policy"] == policy


def test_going_on_from_a_query_counts_as_words(client: Client, shop: Shop, limited: None):
    query_id = search(client, product="RED-1").json()["query_id"]
    pages = f"{SEARCH}{query_id}/"

    answers = [client.get(pages, {"page": page}) for page in range(1, 10)]

    assert [each.status_code for each in answers] == [200] * 8 + [429]
    assert {each["RateLimit-Policy"] for each in answers} == {"8;w=30"}
    assert told(client.delete(pages)) == ("-",) * 4


def test_looking_at_what_there_is_counts_for_nobody(client: Client, shop: Shop, limited: None):
    answers = [client.get(PRODUCTS), client.get(f"{PRODUCTS}RED-1/"), client.get("/api/v1/schema/")]

    assert {told(answer) for answer in answers} == {("-",) * 4}
    for asked in (client.get, client.head):
        assert asked(f"{PRODUCTS}RED-1/similar/")["RateLimit-Policy"] == "8;w=30"


@pytest.mark.parametrize(("fail_open", "status"), [(True, 200), (False, 503)])
def test_a_redis_that_was_stopped(
    client: Client, settings: Any, tmp_path_factory: Any, fail_open: bool, status: int
):
    server = OwnRedis(tmp_path_factory.mktemp("r"))
    server.start()
    settings.REDIS_URL, settings.THROTTLE_FAIL_OPEN = server.url, fail_open
    keyed = with_key(client, "read", per_minute=1)
    assert told(keyed.get(PRODUCTS))[1] == "0"
    server.stop()

    response = keyed.get(PRODUCTS)

    assert response.status_code == status
    assert told(response) == ("-",) * 4
    if status == 503:
        assert_error(response, 503, "unavailable")
        assert response["Retry-After"] == "30"


@pytest.mark.parametrize(("fail_open", "status"), [(True, 200), (False, 503)])
def test_an_unreachable_redis_without_a_key(
    client: Client, settings: Any, limited: None, fail_open: bool, status: int
):
    settings.REDIS_URL, settings.THROTTLE_FAIL_OPEN = NOBODY, fail_open

    assert {search(client, text="red").status_code for _ in range(20)} == {status}
    assert client.get(PRODUCTS).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_never_more_pass_than_the_key_may_make(monkeypatch: pytest.MonkeyPatch):
    # On a machine this busy Redis may answer late, and whoever can't be counted passes.
    monkeypatch.setattr(limits, "REDIS_SECONDS", 30)
    limits._script.cache_clear()
    _, secret = make_key("read", per_minute=60_000, per_day=40)

    def ask(_: int) -> int:
        try:
            return sending(Client(), secret).get(WRITING).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(ask, range(100)))

    assert (statuses.count(200), statuses.count(429)) == (40, 60)
