"""How far the gallery is embedded."""

from __future__ import annotations

from collections.abc import Collection

from search.engine.progress import image_index as index_of_image
from search.engine.progress import image_states, progress, recent_progress
from search.engine.types import ImageIndex, IndexProgress


def index_state(image_ids: Collection[int]) -> dict[int, str]:
    """`pending`, `ready`, `failed` or `stale` (to be embedded, but not yet marked so) for each
    image, in the active space. One query."""
    return image_states(image_ids)


def image_index(image_id: int) -> ImageIndex | None:
    """The same of one image, with the reason of a failure; None where there is no such image."""
    return index_of_image(image_id)


def index_progress() -> IndexProgress:
    """How many images are embedded, wait, or failed, in the active space. Two queries."""
    return progress()


def index_progress_lately() -> IndexProgress:
    """The same as a page may show it: some seconds old, and then without a query."""
    return recent_progress()
