"""Answers made to break the one who writes them down."""

from __future__ import annotations

import pytest
from django.db import connection

from search.models import WebhookDelivery
from search.services import webhooks
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Handler, Receiver, answer, open_receiver

pytestmark = pytest.mark.django_db

ANSWERS = [
    (b"HTTP/1.1 302 Found\r\nLocation: /a\0b\r\nContent-Length: 0\r\n\r\n", 302, ""),
    (b"HTTP/1.1 500 \0\r\nContent-Length: 3\r\n\r\na\0b", 500, "ab"),
    (b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n", 500, "hello\r\n"),
    (b"HTTP/1.1 500 No\r\nContent-Length: 99999999999999999999\r\n\r\nab", 500, "ab"),
    (b"\0\0\0\r\n", None, ""),
]


@pytest.mark.parametrize(("said", "status", "kept"), ANSWERS)
def test_an_answer_that_no_column_takes_as_it_is(
    receiver: Receiver, said: bytes, status: int | None, kept: str
):
    def behave(handler: Handler) -> None:
        handler.wfile.write(said)

    receiver.behave = behave
    webhooks.ping(make_webhook(receiver))

    assert webhooks.deliver(seconds=60)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.status_code, delivery.response) == ("failed", status, kept)
    assert delivery.error


def test_an_answer_that_cannot_be_stored_takes_no_other_along(receiver: Receiver):
    """The database refuses one of them, as it would for a fault that nobody has thought of."""
    table = WebhookDelivery._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT fit CHECK (response <> 'unfit')")
    receiver.behave = lambda handler: answer(handler, 200, b"unfit")
    with open_receiver() as other:
        unfit = webhooks.ping(make_webhook(receiver))
        fit = [webhooks.ping(make_webhook(other)) for _ in range(3)]

        assert webhooks.deliver(seconds=60)

    unfit.refresh_from_db()
    assert (unfit.state, unfit.attempts, unfit.status_code) == ("pending", 1, None)
    assert unfit.claimed_until > unfit.attempted_at
    kept = WebhookDelivery.objects.filter(pk__in=[each.pk for each in fit])
    assert set(kept.values_list("state", "response")) == {("delivered", "thanks")}
