r"""Whether the gate lets labels through that say nothing, and what it makes of the true ones.

    OMP_NUM_THREADS=1 python -m config.stack exec --ephemeral -- \
        python -m benchmarks.gate --set DIR [--set DIR] [--card CARD] [--tries 20]

Each set's gallery is taken for a shop (a folder with manifest.csv, as for `manage.py evaluate`).
Its categories and tags are given to other products, its products to other photos, at random
`--tries` times, and the shop is learned from: a try fails where any of these was taken. Writes
benchmarks/out/gate.json.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import django
import numpy as np

OUT = Path(__file__).parent / "out" / "gate.json"
VIEWS = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path, action="append", required=True)
    parser.add_argument("--card", default="efficientnet-lite0/balanced@1")
    parser.add_argument("--tries", type=int, default=20)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = [_gated(folder, asked.card, asked.tries) for folder in asked.set]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=2) + "\n")


def _gated(folder: Path, card: str, tries: int) -> dict[str, Any]:
    from search.tuning.fit import fit

    shop = _shop(folder, card)
    told = fit(shop).report
    print(f"{folder}, true labels: {told.reason}", flush=True)
    fooled = []
    for seed in range(tries):
        learned = set(fit(_liar(shop, seed), seed=seed).report.label_weights) - {"views"}
        fooled += [sorted(learned)] if learned else []
        print(f"{folder}, fooled in {len(fooled)} of {seed + 1} tries {fooled}", flush=True)
    return {"set": str(folder), "card": card, "tries": tries, "fooled": fooled, "true": told.reason}


def _liar(shop: Any, seed: int) -> Any:
    """The shop with its labels given to others: whatever they teach is not in them."""
    random = np.random.default_rng(seed)
    _, first, numbers = np.unique(shop.products, return_index=True, return_inverse=True)
    lender = first[random.permutation(len(first))][numbers]
    return replace(
        shop,
        products=random.permutation(shop.products),
        categories=[shop.categories[n] for n in lender],
        tags=[shop.tags[n] for n in lender],
    )


def _shop(folder: Path, card_name: str) -> Any:
    from django.conf import settings

    from search.embedding import get_card, make_embedder
    from search.embedding.descriptors import blocks
    from search.evaluation.manifest import read_set
    from search.tuning.types import TrainingSet

    given = read_set(folder)
    card = get_card(card_name)
    embedder = make_embedder(card, data_dir=Path(settings.DATA_DIR))
    looks = [_looks(embedder, given.path(row), n) for n, row in enumerate(given.gallery)]
    own, seen = zip(*looks, strict=True)
    labels = {name: _ids(row[name] for row in given.gallery) for name in ("product_id", "category")}
    tags = [row.get("tags", "").split(";") for row in given.gallery]
    tag_ids = {name: number for number, name in enumerate(sorted({t for its in tags for t in its}))}
    views = [each for some in seen for each in some]
    return TrainingSet(
        vectors=np.stack([each.vector for each in own]),
        products=np.array(labels["product_id"]),
        categories=[(each,) for each in labels["category"]],
        tags=[tuple(tag_ids[tag] for tag in its) for its in tags],
        augmented=np.stack([each.vector for each in views]),
        augmented_of=np.repeat(np.arange(len(seen)), [len(some) for some in seen]),
        descriptors=np.stack([each.descriptors for each in own]),
        augmented_descriptors=np.stack([each.descriptors for each in views]),
        colour=blocks(card.descriptors)["colour"],
    )


def _looks(embedder: Any, path: Path, seed: int) -> tuple[Any, list[Any]]:
    """The picture as it is embedded, and as customers would have taken it."""
    from catalog.images import decode
    from search.tuning.augment import SIDE, augment

    content = path.read_bytes()
    whole = decode(content, at_least=embedder.card.preprocessing.decode_side).image
    [own] = embedder.embed([whole])
    return own, embedder.embed(
        augment(decode(content, at_least=SIDE).image, count=VIEWS, seed=seed)
    )


def _ids(names: Iterable[str]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(name, len(numbers)) for name in names]


if __name__ == "__main__":
    main()
