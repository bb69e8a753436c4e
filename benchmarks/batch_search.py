r"""What a query costs inside a batch, beside the same query sent alone.

    .venv/bin/python -m config.stack exec --ephemeral -- \
        .venv/bin/python -m benchmarks.batch_search [--photos DIR] [--embedder NAME]

A batch of 16 and 16 single requests take turns, through the whole application in this process, on
the same gallery and the same photos. Every photo's answers must be the same. CPU is this process's
(the database's own is not in it), wall the clock's. Needs an empty database.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.test import Client
from rich.console import Console
from rich.table import Table

from benchmarks.embed.pictures import jpeg, photos

OUT = Path(__file__).parent / "out" / "batch_search.json"
QUERIES = 16
SIDE = 512

Query = Mapping[str, Any]
Ask = Callable[[Sequence[Query]], list[list[str]]]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, help="a folder of photos; else drawn ones")
    parser.add_argument("--products", type=int, default=300)
    parser.add_argument("--embedder", default="fake@1", help="a card, as EMBEDDER names it")
    parser.add_argument("--rounds", type=int, default=15)
    return parser.parse_args()


def main() -> None:
    asked = options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["EMBEDDER"] = asked.embedder
    django.setup()
    call_command("migrate", verbosity=0)
    files = [jpeg(each, side=SIDE) for each in photos(asked.photos, count=QUERIES)]
    _fill(files, products=asked.products)
    by_photo = [{"image_base64": base64.b64encode(file).decode(), "k": 24} for file in files]
    by_product = [{"product": f"BATCH-{number}", "k": 24} for number in range(QUERIES)]
    rows = {
        "photos": _compared(by_photo, rounds=asked.rounds),
        "products": _compared(by_product, rounds=asked.rounds),
    }
    report = {
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "embedder": asked.embedder,
        "products": asked.products,
        "queries": QUERIES,
        "rows": rows,
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2) + "\n")
    _show(report)


def _fill(files: Sequence[bytes], *, products: int) -> None:
    """A product for each photo, embedded; and as many more with the same vectors."""
    from benchmarks.embed.shop import fill
    from catalog.models import Product, ProductImage
    from search.models import ImageEmbedding
    from search.services import drain

    fill(files, prefix="BATCH")
    drain(seconds=600)
    known = list(ImageEmbedding.objects.all())
    more = [
        Product(sku=f"MORE-{n}", title=f"More {n}", slug=f"more-{n}", price=1)
        for n in range(products - len(files))
    ]
    images = ProductImage.objects.bulk_create(
        ProductImage(product=product, file=f"{product.sku}.jpg", width=1, height=1)
        for product in Product.objects.bulk_create(more)
    )
    copies = []
    for number, image in enumerate(images):
        same = known[number % len(known)]
        same.image_id, same.product_id = image.pk, image.product_id
        copies.append(copy(same))
    ImageEmbedding.objects.bulk_create(copies)


def _compared(queries: Sequence[Query], *, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds a query, alone and in a batch, and the medians of the rounds' own ratios."""
    ways: dict[str, Ask] = {"alone": _alone, "in a batch": _batched}
    if _alone(queries) != _batched(queries):
        raise SystemExit("A batch is answered otherwise than its queries alone.")
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(rounds):
        order = list(ways) if turn % 2 else list(ways)[::-1]
        for name in order:
            cpu, wall = time.process_time(), time.perf_counter()
            ways[name](queries)
            took = time.process_time() - cpu, time.perf_counter() - wall
            spent[name].append((1000 * took[0] / QUERIES, 1000 * took[1] / QUERIES))
    found = {
        name: {
            "cpu_ms": statistics.median(cpu for cpu, _ in each),
            "wall_ms": statistics.median(wall for _, wall in each),
        }
        for name, each in spent.items()
    }
    pairs = list(zip(spent["in a batch"], spent["alone"], strict=True))
    found["ratio"] = {
        "cpu_ms": statistics.median(batch[0] / alone[0] for batch, alone in pairs),
        "wall_ms": statistics.median(batch[1] / alone[1] for batch, alone in pairs),
    }
    return found


def _alone(queries: Sequence[Query]) -> list[list[str]]:
    return [_skus(_posted("/api/v1/search/", query)) for query in queries]


def _batched(queries: Sequence[Query]) -> list[list[str]]:
    answered = _posted("/api/v1/search/batch/", {"queries": queries})["answers"]
    return [_skus(each["answer"]) for each in answered]


def _posted(address: str, body: Query) -> Any:
    response = _client().post(address, body, content_type="application/json")
    if response.status_code != 200:
        raise SystemExit(f"{address} answered {response.status_code}: {response.content!r}")
    return response.json()


@cache
def _client() -> Client:
    """One for all requests: it builds the application when it is first asked."""
    return Client(SERVER_NAME="localhost")


def _skus(answer: Mapping[str, Any]) -> list[str]:
    return [hit["sku"] for hit in answer["results"]]


def _show(report: Mapping[str, Any]) -> None:
    table = Table("", "", "CPU ms a query", "wall ms a query", title=report["machine"])
    for kind, found in report["rows"].items():
        for name, took in found.items():
            table.add_row(kind, name, f"{took['cpu_ms']:.2f}", f"{took['wall_ms']:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
