"""manage.py duplicates: every photo of the gallery that is there more than once."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catalog.console import console_for, steps
from catalog.duplicates import COPY, Group, Hashing, find_groups, hash_missing
from catalog.hamming import FURTHEST

# More groups than this are counted, not listed; --json names them all.
_LISTED = 200
_SKUS = 6
_NAMED = 10


class Command(BaseCommand):
    help = (
        "Lists photos that are there more than once: the same file, or the same photo resized or "
        "encoded again, on one product or on several. Photos that differ in colour alone count as "
        "the same. Images without a perceptual hash get it first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--distance",
            type=int,
            choices=range(FURTHEST + 1),
            default=COPY,
            metavar=f"0..{FURTHEST}",
            help=f"how many of the hash's 64 bits may differ (default {COPY})",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        # Progress goes to stderr: --json leaves nothing but JSON on stdout.
        with steps(Console(stderr=True)) as tell:
            hashing = hash_missing(
                progress=lambda done, total: tell("Computing hashes", done, total)
            )
        groups = find_groups(distance=options["distance"])
        if options["json"]:
            for piece in _as_json(groups, hashing, options["distance"]):
                self.stdout.write(piece, ending="")
        else:
            _print(groups, hashing, console_for(self.stdout))


def _as_json(groups: Iterable[Group], hashing: Hashing, distance: int) -> Iterator[str]:
    """One document, a group on each line; no more than one of them is held as text."""
    head = {"distance": distance, "hashed": hashing.hashed, "unreadable": hashing.unreadable}
    yield f'{_dumped(head)[:-1]}, "groups": ['
    for number, group in enumerate(groups):
        images = [{"id": each.pk, "sku": each.sku, "url": each.url} for each in group.images]
        told = {"same_file": group.same_file, "skus": group.skus, "images": images}
        yield f"{',' if number else ''}\n{_dumped(told)}"
    yield "\n]}\n"


def _dumped(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _print(groups: Iterable[Group], hashing: Hashing, console: Console) -> None:
    table = Table(
        "Images", "Products", "What", "SKUs", title="Photos that are there more than once"
    )
    found = across = 0
    for found, group in enumerate(groups, start=1):
        across += len(group.skus) > 1
        if found <= _LISTED:
            table.add_row(*_row(group))
    if found:
        console.print(table)
    if found > _LISTED:
        console.print(f"… and {found - _LISTED:,} more; --json names them all.")
    console.print(f"{found:,} photos are there more than once, {across:,} on several products.")
    if hashing.unreadable:
        console.print(_left_out(hashing.unreadable))


def _row(group: Group) -> tuple[str, str, str, str]:
    skus = group.skus
    shown = ", ".join(skus[:_SKUS]) + (" …" if len(skus) > _SKUS else "")
    kind = "same file" if group.same_file else "same photo"
    return f"{len(group.images):,}", f"{len(skus):,}", kind, escape(shown)


def _left_out(unreadable: list[int]) -> str:
    ids = ", ".join(map(str, unreadable[:_NAMED])) + (" …" if len(unreadable) > _NAMED else "")
    return (
        f"The files of {len(unreadable):,} images are missing or damaged, so only equal uploads of "
        f"them were found (image {ids}). Upload these pictures again."
    )
