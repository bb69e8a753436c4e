"""Real Celery workers, killed and told to stop in the middle of a delivery."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from django.utils import timezone

from search import doorbell
from search.models import WebhookDelivery
from tests.factories import make_product
from tests.search.conftest import OwnRedis, _database_url, own_redis, wait_until
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Receiver, until

__all__ = ["own_redis"]

pytestmark = pytest.mark.django_db(transaction=True)


class Worker:
    """A real worker of the webhooks' queue."""

    def __init__(self, redis_url: str, folder: Path) -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": _database_url(),
            "REDIS_URL": redis_url,
            "SECRET_KEY": "tests-only-" + "x" * 50,
            "DATA": str(folder),
            "WEBHOOK_ALLOW_HTTP": "true",
            "WEBHOOK_ALLOWED_PRIVATE": "127.0.0.0/8,::1/128",
        }
        celery = (sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", "webhooks")
        options = ("-P", "threads", "-c", "1", "--without-gossip", "--without-mingle", "-l", "INFO")
        self.log = folder / "worker.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*celery, *options], env=environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def start(own_redis: OwnRedis, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    workers: list[Worker] = []

    def begin() -> Worker:
        workers.append(Worker(own_redis.url, tmp_path))
        return workers[-1]

    yield begin
    for each in workers:
        each.kill()


def test_a_worker_killed_in_mid_delivery_loses_nothing_and_logs_no_secret(
    receiver: Receiver, released: Event, start: Callable[[], Worker]
):
    webhook = make_webhook(receiver)
    receiver.behave = until(released)
    first = start()
    make_product()
    doorbell.ring_webhooks()
    wait_until(lambda: len(receiver.received) == 1, "the first worker to send it")

    first.kill()
    released.set()
    assert WebhookDelivery.objects.get().state == "pending"
    WebhookDelivery.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    second = start()
    doorbell.ring_webhooks()
    wait_until(
        lambda: WebhookDelivery.objects.get().state == "delivered", "the second one to send it"
    )

    assert WebhookDelivery.objects.get().attempts == 2
    once, again = receiver.received
    assert once.headers["webhook-id"] == again.headers["webhook-id"]
    second.process.terminate()
    assert second.process.wait(timeout=30) == 0
    logged = second.log.read_text()
    assert "deliver_webhooks" in logged
    assert webhook.secret not in logged
    assert webhook.secret.removeprefix("whsec_") not in logged


def test_a_worker_that_is_told_to_stop_does_not_wait_for_a_slow_receiver(
    receiver: Receiver, released: Event, start: Callable[[], Worker]
):
    make_webhook(receiver)
    receiver.behave = until(released)
    worker = start()
    make_product()
    doorbell.ring_webhooks()
    wait_until(lambda: len(receiver.received) == 1, "the worker to send it")

    worker.process.terminate()

    assert worker.process.wait(timeout=8) == 0
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.claimed_until) == ("pending", None)
