"""What writing events down costs the database, where nobody wants them and where somebody does.

    python -m config.stack exec --ephemeral -- \
        .venv/bin/python -m benchmarks.webhooks [--products 10000] [--rounds 7]

Each change runs in each way by turns, in transactions that are rolled back. CPU is the database's.
"no trigger" is the change with the webhooks' triggers disabled. Needs an empty database on this
machine, and Linux.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from benchmarks.bulk_edits import Links, new_products, save_one, stock, vacuum
from benchmarks.search.clock import ServerClock
from catalog.models import Product, ProductImage, Tag
from search.models import EmbeddingJob, EmbeddingSpace, Webhook
from search.webhooks import EVENTS

WAYS = ("no trigger", "no webhook", "one webhook")
BATCH = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Product.objects.exists():
        sys.exit("This database holds a catalogue; the benchmark fills one of its own.")
    stock(products=asked.products, images=1, dim=8)
    wait_for_vectors()
    vacuum()
    print(f"{'change':38} {'way':14} {'CPU ms':>9} {'wall ms':>9}")
    for name, make in CHANGES.items():
        for way, (cpu, wall) in measured(make, rounds=asked.rounds).items():
            print(f"{name:38} {way:14} {cpu:9.2f} {wall:9.2f}")


def wait_for_vectors() -> None:
    space = EmbeddingSpace.objects.get()
    EmbeddingJob.objects.bulk_create(
        EmbeddingJob(image=each, space=space, checksum=each.checksum)
        for each in ProductImage.objects.all()
    )


def measured(make: Callable[[], object], *, rounds: int) -> dict[str, tuple[float, float]]:
    """The medians of the database's CPU and of the wall clock in each way, in turns."""
    spent: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        clock = ServerClock(cursor.fetchone()[0])
    for turn in range(rounds):
        for way in (*WAYS[turn % 3 :], *WAYS[: turn % 3]):
            with rolled_back(way):
                cpu, wall = clock.read(), time.perf_counter_ns()
                make()
                elapsed = (time.perf_counter_ns() - wall) / 1e6
                spent[way].append(((clock.read() - cpu) / 1e6, elapsed))
            vacuum()
    return {
        way: (statistics.median(cpu for cpu, _ in times), statistics.median(w for _, w in times))
        for way, times in spent.items()
    }


@contextmanager
def rolled_back(way: str) -> Iterator[None]:
    with transaction.atomic():
        if way == "no trigger":
            disable_triggers()
        elif way == "one webhook":
            Webhook.objects.create(url="https://erp.example/", events=EVENTS)
        yield
        transaction.set_rollback(True)


def disable_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'tell\\_%%'"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")


def work_through_batches() -> None:
    """What the embedding worker writes into the queue for ten batches: their claims, their ends."""
    ids = list(EmbeddingJob.objects.order_by("pk").values_list("pk", flat=True)[: 10 * BATCH])
    for start in range(0, len(ids), BATCH):
        jobs = EmbeddingJob.objects.filter(pk__in=ids[start : start + BATCH])
        jobs.update(attempts=F("attempts") + 1, claimed_until=Now())
        jobs.update(state="ready", error="", claimed_until=None, changed_at=Now())


def tag_all() -> None:
    tag = Tag.objects.create(value="sale")
    Links.objects.bulk_create(Links(product=each, tag=tag) for each in Product.objects.all())


CHANGES: dict[str, Callable[[], object]] = {
    "ten batches of 32 images, claim and end": work_through_batches,
    "price of 100, save()": save_one,
    "price of all, update()": lambda: Product.objects.update(price=F("price") + 1),
    "a tag on all, bulk_create()": tag_all,
    "10,000 new ones, bulk_create()": lambda: Product.objects.bulk_create(new_products(10_000)),
}

if __name__ == "__main__":
    main()
