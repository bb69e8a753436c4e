"""A receiver on this machine, and the operator's leave to send to it."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from search.models import Webhook
from search.services import webhooks
from search.webhooks import EVENTS
from tests.webhooks.receivers import Receiver


@pytest.fixture(autouse=True)
def _own_machine(own_machine: None) -> None:
    """Every test here sends to this machine."""


@pytest.fixture
def released() -> Iterator[Event]:
    """Set, a receiver that waits for it answers."""
    event = Event()
    yield event
    event.set()


def make_webhook(receiver: Receiver, *events: str, **options: Any) -> Webhook:
    """A webhook for these events, or for all."""
    return webhooks.create_webhook(url=receiver.url, events=events or EVENTS, **options)
