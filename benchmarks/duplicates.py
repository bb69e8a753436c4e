r"""How dear it is to find the copies of a photo among the hashes of a gallery.

    .venv/bin/python -m config.stack exec --ephemeral -- \
        .venv/bin/python -m benchmarks.duplicates [--n 100000]

Random hashes, one in ten a copy of another with up to 7 bits turned, in the database's own table.
The index at a distance of 3 and of 7 and a scan of the table are asked about the same hashes in
turns. Needs an empty database on this machine, and Linux, whose clocks it reads.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
import numpy as np
import numpy.typing as npt

OUT = Path(__file__).parent / "out" / "duplicates.json"
IMAGES_PER_PRODUCT = 3
COPIED, MOST_BITS = 0.1, 7
TURN = 10
SCAN = """
SELECT id, bit_count((phash # %s)::bit(64)) AS bits_apart FROM catalog_productimage
WHERE bit_count((phash # %s)::bit(64)) <= %s ORDER BY bits_apart, id
"""

Hashes = npt.NDArray[np.int64]
Ask = Callable[[int, int], list[Any]]


@dataclass
class Way:
    """One way to ask for what lies near a hash: what it answered, and what each answer took."""

    name: str
    distance: int
    ask: Ask
    cpu_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)
    answers: dict[int, list[Any]] = field(default_factory=dict)


def make_hashes(n: int) -> Hashes:
    dice = np.random.default_rng(7)
    hashes = dice.integers(-(2**63), 2**63 - 1, size=n)
    copies = dice.choice(n, size=int(COPIED * n), replace=False)
    turned = np.zeros(len(copies), dtype=np.int64)
    for _ in range(MOST_BITS):
        bits = np.int64(1) << dice.integers(0, 64, size=len(copies))
        turned ^= np.where(dice.random(len(copies)) < 0.5, bits, 0)
    hashes[copies] = dice.choice(hashes, size=len(copies)) ^ turned
    return hashes


def load(hashes: Hashes) -> None:
    from django.db import connection

    from catalog.models import Product

    if Product.objects.exists():
        sys.exit("This database holds a catalogue. Unset DATABASE_URL, or name an empty one.")
    products = len(hashes) // IMAGES_PER_PRODUCT + 1
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_product (sku, title, slug, description, price, currency, stock,"
            " status, created_at, updated_at) SELECT 'SKU-' || n, 'Product', 'sku-' || n, '', 1,"
            " 'EUR', 1, 'active', now(), now() FROM generate_series(1, %s) AS n RETURNING id",
            [products],
        )
        first = cursor.fetchone()[0]
        with cursor.copy(
            "COPY catalog_productimage (product_id, folder, file, alt, position, checksum, phash,"
            " size, width, height, created_at) FROM STDIN"
        ) as copy:
            for number, phash in enumerate(hashes.tolist()):
                folder = f"{number:032x}"
                name = f"products/{folder[:2]}/{folder}/full.jpg"
                owner = first + number // IMAGES_PER_PRODUCT
                made = "2026-01-01 00:00+00"
                copy.write_row((owner, folder, name, "", 0, folder * 2, phash, 1, 1, 1, made))
        cursor.execute("VACUUM ANALYZE catalog_productimage")


def by_index(phash: int, distance: int) -> list[Any]:
    from catalog.duplicates import nearby

    return [(each.image_id, each.bits_apart) for each in nearby(hashes=[phash], distance=distance)]


def by_scan(phash: int, distance: int) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(SCAN, [phash, phash, distance])
        return list(cursor.fetchall())


def measure(asked: Sequence[int], n: int) -> list[dict[str, Any]]:
    """Every way's medians in milliseconds. Each way has its turn of some hashes, in a random order,
    after an unmeasured one: the processor's caches still hold what the former way read."""
    from django.db import connection

    from benchmarks.search.clock import ServerClock

    ways: list[Way] = [
        Way(name, distance, ask)
        for name, ask in (("index", by_index), ("scan", by_scan))
        for distance in (3, 7)
    ]
    connection.ensure_connection()
    clock = ServerClock(connection.connection.info.backend_pid)
    for start in range(0, len(asked), TURN):
        for way in random.sample(ways, len(ways)):
            way.ask(asked[start - 1], way.distance)
            for phash in asked[start : start + TURN]:
                _time(way, phash, clock)
    for index in ways[:2]:
        scan = next(way for way in ways[2:] if way.distance == index.distance)
        if index.answers != scan.answers:
            sys.exit(f"The index and the scan disagree at a distance of {index.distance}.")
    return [_row(way, n) for way in ways]


def _time(way: Way, phash: int, clock: Any) -> None:
    """CPU and wall-clock milliseconds of client and server together."""
    server, client, started = clock.read(), time.process_time_ns(), time.perf_counter_ns()
    found = way.ask(phash, way.distance)
    wall, client = time.perf_counter_ns() - started, time.process_time_ns() - client
    way.cpu_ms.append((client + clock.read() - server) / 1e6)
    way.wall_ms.append(wall / 1e6)
    way.answers[phash] = found


def _row(way: Way, n: int) -> dict[str, Any]:
    return {
        "n": n,
        "way": way.name,
        "distance": way.distance,
        "cpu_ms_p50": round(statistics.median(way.cpu_ms), 3),
        "wall_ms_p50": round(statistics.median(way.wall_ms), 3),
        "wall_ms_p95": round(statistics.quantiles(way.wall_ms, n=20)[-1], 3),
    }


def groups(n: int) -> list[dict[str, Any]]:
    """The finder over the whole gallery, wall-clock seconds."""
    from catalog.duplicates import find_groups

    rows = []
    for distance in (3, 7):
        started = time.perf_counter()
        found = sum(1 for _ in find_groups(distance=distance))
        taken = round(time.perf_counter() - started, 2)
        rows.append({"n": n, "way": "finder", "distance": distance, "groups": found, "s": taken})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=100_000, help="images")
    parser.add_argument("--queries", type=int, default=100)
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    hashes = make_hashes(options.n)
    load(hashes)
    asked = np.random.default_rng(1).choice(hashes, size=options.queries).tolist()
    rows = [*measure(asked, options.n), *groups(options.n)]
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
