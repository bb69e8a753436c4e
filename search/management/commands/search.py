"""manage.py search: what a customer's photo would find."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catalog.errors import ImageRejected
from search import selectors, services
from search.embedder import loaded_embedder_of
from search.engine.types import KINDS, Filters, SearchHit, SearchResult, Weights
from search.engine.weights import MOST_WEIGHT
from search.management.console import printer, sentences
from search.models import PhotoQuery


class Command(BaseCommand):
    help = "Searches by photos, by words, or by both; nothing is kept of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "photos", nargs="*", type=Path, help="JPEG, PNG, WebP or AVIF files to look like"
        )
        parser.add_argument(
            "--not-like", action="append", default=[], type=Path, help="a photo to look unlike"
        )
        parser.add_argument("--text", default="", help="words to search for")
        parser.add_argument("--tag", action="append", default=[], help="facet:value; all must fit")
        parser.add_argument(
            "--colour", action="append", default=[], help="red, blue, ...: any of them"
        )
        for kind in KINDS:
            parser.add_argument(
                f"--{kind}-weight",
                type=float,
                default=0.0,
                metavar="W",
                help=f"how much the {kind} counts in the order, 0 to {MOST_WEIGHT}",
            )
        parser.add_argument("--category", default="", help="a category's slug, with all below it")
        parser.add_argument(
            "--min-similarity", type=float, help="leave out what is less similar, -1 to 1"
        )
        parser.add_argument("--k", type=int, default=10, help="products to show, 1 to 100")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        examples = [
            *(_example(path, weight=1.0) for path in options["photos"]),
            *(_example(path, weight=-1.0) for path in options["not_like"]),
        ]
        with sentences():
            if examples:
                # An operator waits for an export that no customer is made to wait for.
                loaded_embedder_of(services.ensure_space())
            query, took = _ask(examples, text=options["text"])
            try:
                question = selectors.question_of(query)
                result = selectors.search(
                    question=replace(question, weights=_weights(options)),
                    filters=_filters(options),
                    k=options["k"],
                    min_similarity=options["min_similarity"],
                    door="cli",
                )
            finally:
                services.forget_query(query_id=query.pk)
        took_ms = {"decode": took.decode_ms, "embed": took.embed_ms, **result.took_ms}
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(result, took_ms), ensure_ascii=False, indent=2))
        else:
            _print(result, took_ms, printer(self.stdout))


def _filters(options: dict[str, Any]) -> Filters:
    return Filters(
        tags=tuple(options["tag"]),
        category=options["category"],
        colours=tuple(options["colour"]),
    )


def _weights(options: dict[str, Any]) -> Weights:
    return tuple((kind, options[f"{kind}_weight"]) for kind in KINDS)


def _example(path: Path, *, weight: float) -> services.Example:
    try:
        return services.Example(photo=path.read_bytes(), weight=weight, field=str(path))
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}.") from error


def _ask(examples: list[services.Example], *, text: str) -> tuple[PhotoQuery, services.Took]:
    try:
        return services.photo_query(examples=examples, text=text)
    except ImageRejected as error:
        raise CommandError(f"{error.field}: {error.message}") from error


def _as_json(result: SearchResult, took_ms: dict[str, float]) -> dict[str, Any]:
    return {
        "space": result.space,
        "plan": result.plan,
        "band": result.band,
        "total": result.total,
        "results": [_hit_as_json(hit) for hit in result.hits],
        "took_ms": {name: round(value, 2) for name, value in took_ms.items()},
    }


def _hit_as_json(hit: SearchHit) -> dict[str, Any]:
    product = hit.product
    return {
        "sku": product.sku,
        "title": product.title,
        "price": str(product.price),
        "currency": product.currency,
        "in_stock": product.stock > 0,
        "tags": [tag.name for tag in product.tags.all()],
        "image": hit.image.pk if hit.image else None,
        "distance": hit.distance,
        "similarity": hit.similarity,
        "band": hit.band,
    }


def _print(result: SearchResult, took_ms: dict[str, float], console: Console) -> None:
    if not result.hits:
        console.print("Nothing was found. Loosen the filters, or run `manage.py doctor`.")
        return
    table = Table("#", "SKU", "Title", "Price", "Similarity", "Band", "Tags")
    for place, hit in enumerate(result.hits, start=1):
        product = hit.product
        similarity = "" if hit.similarity is None else f"{hit.similarity:.3f}"
        tags = ", ".join(tag.name for tag in product.tags.all())
        price = f"{product.price} {product.currency}"
        named = (product.sku, product.title, price, similarity, hit.band, tags)
        table.add_row(str(place), *map(escape, named))
    console.print(table)
    steps = ", ".join(
        f"{name} {took_ms.get(name, 0):.0f} ms" for name in ("decode", "embed", "search")
    )
    console.print(
        f"{result.total:,} products, {result.plan} search in {result.space or 'words'}: {steps}"
    )
