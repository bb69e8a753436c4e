"""Answers made to break the one who writes them down."""

from __future__ import annotations

import pytest

from search.models import WebhookDelivery
from search.services import webhooks
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Handler, Receiver

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
