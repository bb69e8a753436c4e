"""Keys in the database: usable or not, and noted as used without making anybody wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from search import key_format, services
from search.models import ApiKey
from search.services.keys import KeyNameTaken
from tests.api.keys import make_key

pytestmark = pytest.mark.django_db

letters = st.characters(categories=(), include_characters="abcXYZ019")


def used(key: ApiKey) -> Any:
    return ApiKey.objects.values_list("last_used_at", flat=True).get(pk=key.pk)


def note(key: ApiKey) -> int:
    """The use, by a row that was just read; the number of statements."""
    with CaptureQueriesContext(connection) as statements:
        services.note_use(ApiKey.objects.get(pk=key.pk))
    return len(statements) - 1


def test_a_use_is_noted_once_a_minute():
    key, _ = make_key("read")

    assert note(key) > 0
    first = used(key)
    assert first is not None
    assert (note(key), used(key)) == (0, first)

    a_minute_ago = timezone.now() - timedelta(seconds=60)
    ApiKey.objects.update(last_used_at=a_minute_ago)
    note(key)
    assert used(key) > a_minute_ago


def test_two_requests_that_read_the_same_row_note_one_use():
    key, _ = make_key("read")
    one, other = ApiKey.objects.get(pk=key.pk), ApiKey.objects.get(pk=key.pk)
    services.note_use(one)
    first = used(key)

    services.note_use(other)

    assert used(key) == first


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_key_that_is_locked():
    key, _ = make_key("read")

    def note_meanwhile() -> None:
        try:
            with transaction.atomic():
                connection.cursor().execute("SET LOCAL lock_timeout = '1ms'")
                services.note_use(key)
        finally:
            connection.close()

    with transaction.atomic():
        ApiKey.objects.select_for_update().get(pk=key.pk)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(note_meanwhile).result()

    assert used(key) is None


def test_which_keys_are_usable():
    now = timezone.now()
    make_key("read", name="for ever")
    make_key("read", name="until tomorrow", expires_at=now + timedelta(days=1))
    make_key("read", name="over", expires_at=now - timedelta(days=1))
    services.revoke_keys([make_key("read", name="revoked")[0]])

    assert {key.name for key in ApiKey.objects.usable()} == {"for ever", "until tomorrow"}
    states = dict(ApiKey.objects.values_list("name", "pk"))
    assert {name: ApiKey.objects.get(pk=pk).state.value for name, pk in states.items()} == {
        "for ever": "usable",
        "until tomorrow": "usable",
        "over": "expired",
        "revoked": "revoked",
    }


def test_a_name_is_given_once():
    make_key("read", name="App")

    with pytest.raises(KeyNameTaken, match="There is a key named 'App'"):
        make_key("read", name="App")


def test_secrets_are_long_and_none_is_like_another():
    secrets = {make_key("read")[1] for _ in range(20)}

    assert len(secrets) == 20
    assert {len(secret) for secret in secrets} == {3 + 8 + 1 + 43}


@given(prefix=st.text(letters, min_size=8, max_size=8), secret=st.text(letters, min_size=43))
def test_what_is_written_can_be_read_and_is_always_cut(prefix: str, secret: str):
    written = key_format.written(key_format.Parts(prefix, secret))

    assert key_format.read(written) == ((prefix, secret) if len(secret) == 43 else None)
    cut = key_format.without_secrets(f"GET /?a={written}&b={written.replace('_', '%5F')} 200")
    assert cut == f"GET /?a=lk_{prefix}_…&b=lk_{prefix}_… 200"


@given(text=st.text())
def test_other_texts_are_left_alone(text: str):
    assert key_format.read(text) is None
    assert key_format.without_secrets(text) == text


@pytest.mark.parametrize("text", ["silk_premium1_red", "milk_abcdefgh_0123456789", "lk_a_b"])
def test_words_are_no_keys(text: str):
    assert not key_format.holds_key(text)
