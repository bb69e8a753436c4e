r"""How long a large catalogue takes to teach the search, and how much memory.

    OMP_NUM_THREADS=1 .venv/bin/python -m benchmarks.tune [--photos 100000] [--vectors FILE.npz]

A large shop is made of few real pictures: each product lies between two of them, each of its
photos is moved as augmented pictures are. FILE.npz has `vectors` (n, d) and `augmented` (n, v, d)
of norm 1; without it both are drawn at random. Prints the seconds of each step and the peak
memory of the process, and writes them to benchmarks/out/tune.json.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from search.embedding.protocol import Vector
from search.tuning.fit import fit
from search.tuning.types import TrainingSet

OUT = Path(__file__).parent / "out" / "tune.json"
PHOTOS_A_PRODUCT, CATEGORIES, TAGS, TAGS_A_PRODUCT = 4, 200, 400, 20
SAMPLE, VIEWS = 2_000, 12
SEEDS, DIM, COLOURS = 500, 1280, 48
KIBIBYTES_A_MEGABYTE = 1024
_CHUNK = 4096


class Steps:
    """Seconds and peak memory of each step; a step ends where the next one is told."""

    def __init__(self) -> None:
        self.rows: list[dict[str, float | str]] = []
        self._name, self._since = "", time.monotonic()

    def tell(self, name: str) -> None:
        self.end()
        self._name, self._since = name, time.monotonic()

    def end(self) -> None:
        if not self._name:
            return
        seconds, peak = time.monotonic() - self._since, peak_megabytes()
        self.rows.append({"step": self._name, "seconds": seconds, "peak_mb": peak})
        print(f"{self._name:46s} {seconds:8.1f} s   peak {peak:6.0f} MB", flush=True)
        self._name = ""


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTES_A_MEGABYTE


def seeds(file: Path | None, random: np.random.Generator) -> tuple[Vector, Vector]:
    """Pictures (n, d), and how augmenting moves them, (m, d)."""
    if file is not None:
        stored = np.load(file)
        vectors, augmented = stored["vectors"], stored["augmented"]
    else:
        spectrum = 1 / np.sqrt(1 + np.arange(DIM))
        vectors = unit(random.normal(size=(SEEDS, DIM)) * spectrum)
        moves = random.normal(size=(SEEDS, VIEWS, DIM)) * spectrum[::-1] * 0.5
        augmented = unit(vectors[:, None] + moves)
    offsets = (augmented - vectors[:, None]).reshape(-1, vectors.shape[1])
    return vectors.astype(np.float32), offsets.astype(np.float32)


def make_shop(
    photos: int, vectors: Vector, offsets: Vector, random: np.random.Generator
) -> TrainingSet:
    """A catalogue of `photos`, four a product, a fiftieth of them with augmented pictures."""
    count = -(-photos // PHOTOS_A_PRODUCT)
    left, right = random.integers(len(vectors), size=(2, count))
    blend = random.uniform(0.5, 1, size=(count, 1)).astype(np.float32)
    products = np.repeat(np.arange(count), PHOTOS_A_PRODUCT)[:photos]
    category = left % CATEGORIES
    tags = (right[:, None] * 7 + np.arange(TAGS_A_PRODUCT) ** 2) % TAGS
    shop = np.empty((photos, vectors.shape[1]), dtype=np.float32)
    for start in range(0, photos, _CHUNK):
        rows = products[start : start + _CHUNK]
        things = blend[rows] * vectors[left[rows]] + (1 - blend[rows]) * vectors[right[rows]]
        shop[start : start + _CHUNK] = moved(things, offsets, random)
    of = np.repeat(random.choice(photos, min(SAMPLE, photos), replace=False), VIEWS)
    colours = unit(random.random((count, COLOURS)) ** 3)
    return TrainingSet(
        vectors=shop,
        products=products,
        categories=[(1, 2 + int(category[product])) for product in products],
        tags=[tuple(tags[product].tolist()) for product in products],
        augmented=moved(shop[of], offsets, random),
        augmented_of=of,
        descriptors=colours[products],
        augmented_descriptors=colours[products[of]],
        colour=slice(0, COLOURS),
    )


def moved(rows: Vector, offsets: Vector, random: np.random.Generator) -> Vector:
    """The rows as other cameras would have seen them: a random half-and-half of two real moves."""
    first, second = offsets[random.integers(len(offsets), size=(2, len(rows)))]
    return unit(rows + 0.7 * (first + second))


def unit(rows: np.ndarray) -> Vector:
    scaled: Vector = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return scaled


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--vectors", type=Path)
    options = parser.parse_args()
    random, steps = np.random.default_rng(0), Steps()
    steps.tell("making the shop (not part of a fit)")
    shop = make_shop(options.photos, *seeds(options.vectors, random), random)
    began = time.monotonic()
    outcome = fit(shop, progress=steps.tell)
    steps.end()
    whole = time.monotonic() - began
    print(
        f"\nfit, {options.photos:,} photos: {whole:.1f} s, peak {peak_megabytes():.0f} MB, "
        f"{shop.vectors.nbytes / 1e6:.0f} of them the vectors\n{outcome.report.reason}"
    )
    if outcome.projection is not None:
        steps.tell(f"deriving {options.photos:,} vectors")
        outcome.projection.apply(shop.vectors, shop.descriptors)
        steps.end()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(
        json.dumps({"photos": options.photos, "seconds": whole, "steps": steps.rows}, indent=2)
    )


if __name__ == "__main__":
    main()
