"""Several batches under way at once: one is in the network while the next are prepared."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from PIL import Image

from search.embedding.batching import Look, embed_in_batches
from search.embedding.protocol import Card, Outcome


def embed_ahead(
    images: Sequence[Image.Image],
    *,
    card: Card,
    look: Look,
    batch_size: int,
    workers: ThreadPoolExecutor,
) -> list[Outcome]:
    """One outcome per image, in order, as `embed_in_batches` gives them.

    Each worker prepares a batch of its own (resizing leaves Python's lock) and then waits in
    `look`, which several of them may enter at once. What one raises is passed on.
    """
    chunks = [images[start : start + batch_size] for start in range(0, len(images), batch_size)]
    outcomes = workers.map(
        lambda chunk: embed_in_batches(chunk, card=card, look=look, batch_size=batch_size),
        chunks,
    )
    return list(chain.from_iterable(outcomes))
