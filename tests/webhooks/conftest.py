"""A receiver on this machine, and the operator's leave to send to it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from threading import Event
from typing import Any

import pytest

from search.models import Webhook
from search.services import webhooks
from search.webhooks import EVENTS
from tests.webhooks.receivers import Receiver, open_receiver


@pytest.fixture(autouse=True)
def own_machine(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_PRIVATE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with open_receiver() as opened:
        yield opened


@pytest.fixture
def released() -> Iterator[Event]:
    """Set, a receiver that waits for it answers."""
    event = Event()
    yield event
    event.set()


def make_webhook(receiver: Receiver, *events: str, **options: Any) -> Webhook:
    """A webhook for these events, or for all."""
    return webhooks.create_webhook(url=receiver.url, events=events or EVENTS, **options)
