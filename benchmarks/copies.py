r"""How many edited copies of the catalogue's photos are found, edit by edit.

    .venv/bin/python -m config.stack exec --ephemeral -- \
        .venv/bin/python -m benchmarks.copies SET [--product '([^-]+)'] [--edits 20]

SET is a folder with a manifest.csv as `manage.py evaluate` reads it: the gallery's pictures, and as
queries their edited copies, whose product_id is that of their original and whose category names
the edit. The gallery goes into a scratch catalogue that leaves no trace; then every query, and the
gallery itself, is asked for its copies. `--product` takes the product from the gallery's file
names, where several pictures are of one: those may be called copies of each other.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

OUT = Path(__file__).parent / "out" / "copies.json"


@dataclass
class Tally:
    """What was found of one edit's copies: by which proof, and how often not."""

    asked: int = 0
    proofs: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        return self.proofs.total() / self.asked


@dataclass
class Asked:
    """Every question's answer: tallies by edit, pairs that were wrongly called copies, of how many,
    and what each question took."""

    edits: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    false_pairs: int = 0
    pairs: int = 0
    seconds: list[float] = field(default_factory=list)


class Bench:
    """A scratch gallery, and what belongs together in it."""

    def __init__(
        self, gallery: Any, rows: Sequence[dict[str, str]], folder: Path, product: str
    ) -> None:
        self._gallery = gallery
        self._folder = folder
        self._product_of: dict[int, str] = {}
        self._image_of: dict[str, int] = {}
        for row in rows:
            found = re.search(product, Path(row["file"]).name) if product else None
            name = found.group(1) if found else row["product_id"]
            pk = gallery.add({**row, "product_id": name}, folder / row["file"])
            self._product_of[pk], self._image_of[row["product_id"]] = name, pk

    def ask(self, row: dict[str, str], into: Asked, *, edit: str) -> None:
        """Asks for the copies of a picture; counts its original and what is of other products. A
        picture of the gallery finds itself first, so it counts as the edit "none"."""
        from search.services.copies import find_copies

        original = self._image_of[row["product_id"]]
        started = time.perf_counter()
        copies = find_copies(
            photo=(self._folder / row["file"]).read_bytes(), space=self._gallery.space
        )
        into.seconds.append(time.perf_counter() - started)
        tally = into.edits[edit]
        tally.asked += 1
        tally.proofs.update(each.proof for each in copies if each.image.pk == original)
        if edit != "none":
            return
        own = self._product_of[original]
        others = [pk for pk, name in self._product_of.items() if name != own]
        into.pairs += len(others)
        into.false_pairs += sum(each.image.pk in set(others) for each in copies)


def measure(folder: Path, *, product: str, edits: int) -> Asked:
    """Asks the gallery itself, and `edits` copies of each edit (0: all)."""
    from search.embedder import get_embedder
    from search.evaluation.manifest import read_set
    from search.evaluation.scratch import scratch_gallery

    found, asked = read_set(folder), Asked()
    with scratch_gallery(get_embedder().card, teaching=True) as gallery:
        bench = Bench(gallery, found.gallery, folder, product)
        for row in found.gallery:
            bench.ask(row, asked, edit="none")
        for row in found.queries:
            if not edits or asked.edits[row["category"]].asked < edits:
                bench.ask(row, asked, edit=row["category"])
    return asked


def report(asked: Asked) -> dict[str, Any]:
    edited = [tally.recall for edit, tally in asked.edits.items() if edit != "none"]
    return {
        "recall": round(statistics.fmean(edited), 4),
        "false_pairs_per_1000": round(1000 * asked.false_pairs / asked.pairs, 3),
        "pairs": asked.pairs,
        "seconds_p50": round(statistics.median(asked.seconds), 3),
        "edits": {
            edit: {"asked": tally.asked, "recall": round(tally.recall, 4), **tally.proofs}
            for edit, tally in sorted(asked.edits.items())
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", type=Path, help="a folder with manifest.csv")
    parser.add_argument("--product", default="", help="regex whose group 1 is a file's product")
    parser.add_argument("--edits", type=int, default=0, help="copies of each edit; 0: all")
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    rows = report(measure(options.set, product=options.product, edits=options.edits))
    for edit, row in rows["edits"].items():
        proofs = "  ".join(
            f"{name} {row[name]}" for name in ("hash", "vector", "overlay") if name in row
        )
        print(f"{edit:14} {row['recall']:6.1%} of {row['asked']:4}  {proofs}")
    print({name: value for name, value in rows.items() if name != "edits"})
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
