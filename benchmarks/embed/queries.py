"""A customer's photo, from bytes to a vector: what it costs, alone and among others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from django.db import connection

from benchmarks.embed.engines import Forward
from benchmarks.embed.interleaved import interleaved
from catalog.images import decode
from search.embedding import Card
from search.embedding.preprocess import to_tensor
from search.services import ensure_space
from search.services.examples import Example
from search.services.photos import embed_examples

Row = dict[str, Any]
CALLERS = (2, 8)


def query_row(
    card: Card, forward: Forward, files: Sequence[bytes], *, size: str, rounds: int
) -> Row:
    """CPU per photo: the service that page and API call, the decode contract alone, the card's
    forward passes alone; and how much more the service takes than the other two together."""
    side, space = card.preprocessing.decode_side, ensure_space()
    tensors = [np.stack([to_tensor(_view(file, side), card.preprocessing)]) for file in files]
    ms = interleaved(
        {
            "service": lambda: [
                embed_examples([Example(photo=file)], space=space) for file in files
            ],
            "decode": lambda: [decode(file, at_least=side) for file in files],
            "forward": lambda: [forward(each) for each in tensors for _ in card.views],
        },
        rounds=rounds,
        per=len(files),
    )
    times = ms["service"] / (ms["decode"] + ms["forward"])
    return {"size": size, **{f"{name}_ms": each for name, each in ms.items()}, "times": times}


def crowd_row(files: Sequence[bytes], *, seconds: float) -> Row:
    """Photos a second with 2 and with 8 callers at once, in turns."""
    rates: dict[int, list[float]] = {callers: [] for callers in CALLERS}
    for _ in range(3):
        for callers in CALLERS:
            rates[callers].append(_rate(files, callers=callers, seconds=seconds))
    two, eight = (sorted(rates[callers])[1] for callers in CALLERS)
    return {"two_per_s": two, "eight_per_s": eight, "kept": eight / two}


def _rate(files: Sequence[bytes], *, callers: int, seconds: float) -> float:
    space, until = ensure_space(), time.perf_counter() + seconds

    def ask(number: int) -> int:
        done = 0
        while time.perf_counter() < until:
            embed_examples([Example(photo=files[(number + done) % len(files)])], space=space)
            done += 1
        connection.close()
        return done

    started = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        done = sum(pool.map(ask, range(callers)))
    return done / (time.perf_counter() - started)


def _view(file: bytes, side: int | None) -> Any:
    return decode(file, at_least=side).image
