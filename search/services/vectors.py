"""Photos as vectors, for whoever has an index of their own: nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence

from search.models import EmbeddingSpace
from search.services.examples import Example
from search.services.photos import Took, embed_examples
from search.services.placing import Placed
from search.services.spaces import ensure_space


def photo_vectors(examples: Sequence[Example]) -> tuple[EmbeddingSpace, list[Placed], Took]:
    """Where a search by each of these photos would start, in the space that is searched.

    Raises, with the example's field, ImageRejected; EmbedderBusy; SearchUnavailable.
    """
    space = ensure_space()
    placed, took = embed_examples(dict(enumerate(examples)), space=space)
    return space, [placed[number] for number in range(len(examples))], took
