"""Wrong keys by the thousand cost the shop next to nothing, and nobody else notices."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import services
from tests.api.conftest import PRODUCTS
from tests.api.contract import assert_error
from tests.api.keys import make_key, sending, with_key

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.doors")]

ALLOWED = 20


@pytest.fixture(autouse=True)
def counted(settings: Any) -> None:
    """With another SECRET_KEY every client is a new one."""
    settings.WRONG_KEYS_PER_MINUTE = ALLOWED
    settings.SECRET_KEY = str(uuid.uuid4()) * 2


def wrong(number: int) -> str:
    return f"lk_{number:08}_" + "w" * 43


def test_a_thousand_wrong_keys(client: Client, settings: Any):
    began = time.monotonic()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answers = [sending(client, wrong(n)).get("/api/v1/schema/") for n in range(30)]
        answers += [sending(client, wrong(n)).put("/api/v1/writing/") for n in range(970)]

    told = [answer.status_code for answer in answers]
    assert set(told) == {401, 429}
    assert told[:ALLOWED] == [401] * ALLOWED
    # One more passes every three seconds; each is looked up, and so is the first one too many.
    passed = told.count(401)
    assert len(queries) <= 2 * passed
    assert passed <= ALLOWED + (time.monotonic() - began) * ALLOWED / 60 + 1
    error = assert_error(answers[-1], 429, "throttled")
    assert int(answers[-1]["Retry-After"]) in {1, 2, 3}
    assert error["message"].startswith("Too many wrong API keys came from this address.")


def spoil(client: Client) -> None:
    """Until the client's keys are not even looked at any more."""
    for number in range(10 * ALLOWED):
        if sending(client, wrong(number)).get(PRODUCTS).status_code == 429:
            return
    pytest.fail("it is never too many")


def test_who_shares_the_address_works_on(client: Client):
    keyed = with_key(client, "read")
    assert keyed.get(PRODUCTS).status_code == 200
    spoil(client)

    assert keyed.get(PRODUCTS).status_code == 200
    assert client.get(PRODUCTS).status_code == 200  # and so does who needs no key


def test_another_address_is_another_client(client: Client):
    _, secret = make_key("read")
    spoil(client)

    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert sending(elsewhere, secret).get(PRODUCTS).status_code == 200


def test_a_key_that_was_revoked_is_a_wrong_one_like_others(client: Client):
    key, secret = make_key("read")
    keyed = sending(client, secret)
    assert keyed.get(PRODUCTS).status_code == 200
    spoil(client)
    services.revoke_keys([key])

    answers = {keyed.get(PRODUCTS).status_code for _ in range(5)}

    assert answers <= {401, 429}
    assert 429 in answers


def test_no_count_where_the_shop_wants_none(client: Client, settings: Any):
    settings.WRONG_KEYS_PER_MINUTE = 0

    answers = [sending(client, wrong(n)).get(PRODUCTS) for n in range(2 * ALLOWED)]

    assert {answer.status_code for answer in answers} == {401}


@pytest.mark.parametrize(("fail_open", "status"), [(True, 401), (False, 503)])
def test_a_shop_without_redis(client: Client, settings: Any, fail_open: bool, status: int):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.THROTTLE_FAIL_OPEN = fail_open

    answers = [sending(client, wrong(n)).get(PRODUCTS) for n in range(2 * ALLOWED)]

    assert {answer.status_code for answer in answers} == {status}
