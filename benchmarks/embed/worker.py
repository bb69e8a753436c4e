"""The worker, from waiting rows to vectors, beside the bare network and a naive loop."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from django.db import connection
from PIL import Image
from torchvision.transforms import v2

from benchmarks.embed import shop
from benchmarks.embed.engines import Forward
from benchmarks.search.clock import ServerClock
from search.embedding import Card, get_card
from search.embedding.backbones.attention import split
from search.embedding.backbones.efficientnet_lite import build
from search.embedding.batching import Batch
from search.services import drain, embed_pending

Row = dict[str, Any]
BATCH = 16


def worker_row(
    card: Card, forward: Forward, files: Sequence[bytes], *, size: str, rounds: int
) -> Row:
    """CPU per picture of worker and Postgres, of the card's forward passes alone, and of the same
    views in eager torch, picture by picture, as a first program would do it; batch by batch in
    turns. The shop searches in a space of the card."""
    ids = shop.fill(files, prefix=f"worker-{size}-{card.name}")
    embed_pending(limit=len(ids))
    backend = ServerClock(connection.connection.info.backend_pid)
    views = _views(card)
    naive = _naive_loop(views=len(card.views))
    spent: dict[str, list[float]] = {"worker": [], "database": [], "forward": [], "naive": []}
    for turn in range(rounds):
        chosen = [ids[(turn * BATCH + n) % len(ids)] for n in range(BATCH)]
        shop.again(chosen)
        database = backend.read()
        spent["worker"].append(_cpu_ms(lambda: embed_pending(limit=BATCH)))
        spent["database"].append((backend.read() - database) / 1e6)
        spent["forward"].append(_cpu_ms(lambda: [forward(batch) for batch in views]))
        some = [files[(turn * BATCH + n) % len(files)] for n in range(BATCH)]
        spent["naive"].append(_cpu_ms(lambda some=some: [naive(file) for file in some]))
    ms = {name: statistics.median(each) / BATCH for name, each in spent.items()}
    whole = ms["worker"] + ms["database"]
    return {
        "size": size,
        "card": card.name,
        **{f"{name}_ms": each for name, each in ms.items()},
        "of_forward_rate": ms["forward"] / whole,
        "times_naive": ms["naive"] / whole,
    }


def cores_row(files: Sequence[bytes], *, cores: int = 2) -> Row:
    """Pictures a second by the wall clock with one thread and with several."""
    ids = shop.fill(files, prefix="cores")
    rates = {}
    for threads in (1, cores, 1, cores):
        shop.again(ids)
        started = time.perf_counter()
        while not drain(seconds=60, threads=threads):
            pass
        rates.setdefault(threads, []).append(len(ids) / (time.perf_counter() - started))
    one, several = (max(rates[threads]) for threads in (1, cores))
    return {"cores": cores, "one_per_s": one, "several_per_s": several, "gain": several / one}


def _views(card: Card) -> list[Batch]:
    """Noise in the shape of a batch of each view: the network's time doesn't depend on it."""
    noise = np.random.default_rng(0)
    sides = [320 if view.endswith("320") else card.preprocessing.size for view in card.views]
    return [
        noise.standard_normal((BATCH // 2, 3, side, side), dtype=np.float32)
        for side in sides
        for _ in range(2)
    ]


def _naive_loop(*, views: int) -> Callable[[bytes], Batch]:
    card = get_card("efficientnet-lite0/fast@1")
    network = build(card)
    prepare = v2.Compose(
        [
            v2.Resize((224, 224), interpolation=v2.InterpolationMode.BICUBIC),
            v2.ToImage(),
            v2.ToDtype(torch.float32),
            v2.Normalize(card.preprocessing.mean, card.preprocessing.std),
        ]
    )

    def embed(file: bytes) -> Batch:
        with torch.inference_mode():
            picture = prepare(Image.open(io.BytesIO(file)).convert("RGB"))
            features = [split(network(picture[None]))[0].numpy() for _ in range(views)]
        return np.concatenate(features)

    return embed


def _cpu_ms(work: Callable[[], object]) -> float:
    started = time.process_time_ns()
    work()
    return (time.process_time_ns() - started) / 1e6
