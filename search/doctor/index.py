"""The embedder, and how far the gallery is embedded."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from django.conf import settings

from catalog.errors import LookalikeError
from search import selectors
from search.doctor.finding import Finding
from search.embedder import embedder_of, get_embedder, network_missing, stored_card
from search.embedding import Embedded, Embedder, EmbeddingError
from search.embedding.drawn import draw_picture
from search.engine.index import find_index
from search.models import EmbeddingSpace
from search.services.filling import filling
from search.services.indexing import Due, index_due

# A worker that is alive takes a waiting image within seconds.
LONG_WAIT_SECONDS = 300
UNIT_ERROR = 1e-3


def embedder(active: EmbeddingSpace | None) -> Finding:
    """Whether a picture can be embedded here, tried on a drawn one: by the active space's embedder,
    or by the one for a new shop."""
    try:
        found = get_embedder() if active is None else embedder_of(active)
        if missing := network_missing(found):
            return Finding("Embedder", missing, "Run `manage.py warm_embedder`.")
        return _tried(found)
    except (EmbeddingError, LookalikeError) as error:
        todo = "Correct that, then run this again."
        return Finding("Embedder", str(error.__cause__ or error), todo)


def _tried(embedder: Embedder) -> Finding:
    """How long loading and one picture take; raises EmbedderUnavailable."""
    started = time.perf_counter()
    embedder.load()
    loaded = time.perf_counter()
    [outcome] = embedder.embed([draw_picture(0)])
    milliseconds = 1000 * (time.perf_counter() - loaded)
    name = embedder.card.name
    if not isinstance(outcome, Embedded) or abs(np.linalg.norm(outcome.vector) - 1) > UNIT_ERROR:
        return Finding(
            "Embedder",
            f"{name} gives no usable vector for a drawn picture",
            f"Delete {settings.DATA_DIR}/models and run `manage.py warm_embedder`.",
        )
    told = f"{name} loads in {loaded - started:.1f} s and embeds a picture in {milliseconds:.0f} ms"
    return Finding("Embedder", told)


def examine() -> Iterator[Finding]:
    """The embedder, the active space and its images, the other spaces; needs the database."""
    active = EmbeddingSpace.objects.active().select_related("base").first()
    yield embedder(active)
    if active is None:
        todo = "Run `manage.py warm_embedder`."
        yield Finding("Embedding space", "none is active yet", todo)
        return
    yield space(active)
    yield images()
    yield waiting()
    yield hnsw(active)
    yield from being_filled()


def space(active: EmbeddingSpace) -> Finding:
    """A space that works is no problem, whatever EMBEDDER says by now."""
    told = f"{active.name}, {active.dim} dimensions"
    try:
        stored_card(active)
    except (EmbeddingError, LookalikeError) as error:
        return Finding("Embedding space", told, str(error))
    return Finding("Embedding space", told, other_than_configured(active), advice=True)


def other_than_configured(active: EmbeddingSpace) -> str:
    """What to do where EMBEDDER names another card than the one that is searched by; "" where it
    doesn't, or names none."""
    try:
        wanted = get_embedder().card.name
    except LookalikeError:
        return ""
    if wanted in {active.root.name, stored_card(active).name}:
        return ""
    return (
        f"EMBEDDER={settings.EMBEDDER} is for a new shop. To change this one to it: `manage.py "
        f"space create {settings.EMBEDDER}`, `space fill {wanted} --wait`, "
        f"`space switch {wanted}`. To keep it as it is, set EMBEDDER={stored_card(active).name}."
    )


def being_filled() -> Iterator[Finding]:
    """Spaces that are to replace the active one some day."""
    for each in EmbeddingSpace.objects.filter(state=EmbeddingSpace.State.BUILDING).order_by("pk"):
        now = filling(each)
        told = f"{each.name} holds {now.ready:,} of {now.total:,} images, {now.failed:,} failed"
        yield Finding("Space being filled", f"{told}, paused" if each.paused else told)


def images() -> Finding:
    now = selectors.index_progress()
    told = (
        f"{now.ready:,} of {now.total:,} are searchable, {now.pending:,} wait, "
        f"{now.failed:,} failed"
    )
    todo = (
        "See why in the admin under embedding jobs, and upload those again." if now.failed else ""
    )
    return Finding("Images", told, todo)


def waiting() -> Finding:
    now = selectors.index_progress()
    seconds = now.oldest_pending_seconds
    told = f"the oldest has waited {seconds:,.0f} s" if now.pending else "nothing waits"
    late = now.pending and seconds > LONG_WAIT_SECONDS
    return Finding("Queue", told, "See that the embedding worker runs." if late else "")


def hnsw(active: EmbeddingSpace) -> Finding:
    """A large space without its index is searched exactly: rightly, but slowly."""
    part, rows = "Index", active.embeddings.count()
    index = find_index(active.pk)
    if index.valid:
        found = f"{index.name}, {index.bytes / 2**20:,.0f} MB, ef_search {index.ef_search or '-'}"
        return Finding(part, found)
    if rows < settings.HNSW_MIN_ROWS:
        return Finding(part, f"none is needed below {settings.HNSW_MIN_ROWS:,} images")
    if not index.exists and index_due(space=active) == Due.NOTHING:
        return Finding(part, "is built when the images that wait are embedded")
    state = "is invalid: its build was stopped" if index.exists else "is missing"
    todo = f"Wait for the next sweep (every {settings.SWEEP_SECONDS} s), which builds it."
    return Finding(part, f"{index.name} {state}; {rows:,} images are searched one by one", todo)
