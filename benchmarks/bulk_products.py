"""How many lines a second `POST products/bulk/` writes: new, unchanged, changed, deleted.

    python -m config.stack exec --ephemeral -- python -m benchmarks.bulk_products [--lines 10000]

The view is asked in this process, without a network; the lines go in as one body. Needs an empty
database.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import structlog  # noqa: E402 - settings exist from here on
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402

from catalog.models import Product  # noqa: E402
from search.api.bulk import MOST_BYTES, Bulk  # noqa: E402
from search.api.ndjson import Body  # noqa: E402

OUT = Path(__file__).parent / "out"
ROUNDS = ("new", "unchanged", "another stock", "other tags", "one in ten changed", "deleted")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=10_000)
    count = parser.parse_args().lines
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    call_command("migrate", verbosity=0)
    if Product.objects.exists():
        sys.exit("This database holds a catalogue; the benchmark fills one of its own.")
    rows = [measured(name, list(lines(name, count))) for name in ROUNDS]
    print(f"{'lines that are':20} {'lines/s':>9} {'s':>7} {'CPU s':>7}  statuses")
    for row in rows:
        told = ", ".join(f"{number:,} {status}" for status, number in row["statuses"].items())
        print(
            f"{row['round']:20} {row['per_second']:9,.0f} {row['seconds']:7.1f} "
            f"{row['cpu_seconds']:7.1f}  {told}"
        )
    OUT.mkdir(exist_ok=True)
    (OUT / "bulk_products.json").write_text(json.dumps(rows, indent=1))


def lines(name: str, count: int) -> Iterator[dict[str, Any]]:
    """A catalogue of five hundred categories and some thousand tags, as a shop's feed tells it."""
    for number in range(count):
        line: dict[str, Any] = {
            "sku": f"SKU-{number:06}",
            "title": f"Article {number} in several words",
            "description": "A sentence or two about what it is made of. " * 4,
            "category": f"Shop > Part {number % 25} > Shelf {number % 500}",
            "tags": [f"colour:{number % 12}", f"brand:{number % 900}", "sale"[: number % 5 or 4]],
            "price": f"{number % 300}.90",
            "stock": number % 40,
        }
        if name == "another stock" or (name == "one in ten changed" and number % 10 == 0):
            line["stock"] += 1 if name == "another stock" else 2
        elif name == "one in ten changed":
            line["stock"] += 1
        if name in {"other tags", "one in ten changed"}:
            line["tags"] = [f"colour:{(number + 1) % 12}", f"brand:{number % 900}"]
        if name == "other tags":
            line["stock"] += 1
        yield {"sku": line["sku"], "delete": True} if name == "deleted" else line


def measured(name: str, asked: list[dict[str, Any]]) -> dict[str, Any]:
    body = "\n".join(json.dumps(line) for line in asked).encode()
    request = RequestFactory().post("/", body, content_type="application/x-ndjson")
    started, cpu = time.perf_counter(), time.process_time()
    answer = b"".join(Bulk(Body(request, most=MOST_BYTES)).answer())
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    connection.close()
    *results, summary = [json.loads(line) for line in answer.splitlines()]
    if not summary["complete"]:
        sys.exit(f"{name}: {summary['error']}")
    return {
        "round": name,
        "lines": len(results),
        "seconds": seconds,
        "cpu_seconds": cpu,
        "per_second": len(results) / seconds,
        "statuses": dict(Counter(each["status"] for each in results)),
    }


if __name__ == "__main__":
    main()
