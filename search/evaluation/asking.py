"""The queries of a set, asked through the search engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from search import selectors
from search.engine.stopwatch import Stopwatch
from search.engine.types import Question, Weights
from search.evaluation.manifest import EvaluationSet, Row
from search.evaluation.metrics import DEPTH
from search.evaluation.scratch import Photo, ScratchGallery
from search.models import EmbeddingSpace
from search.services.placing import place

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one query found: the gallery's places of the nearest pictures, best first, the first
    one's cosine distance, and the milliseconds of `decode`, `embed` and `search`.

    `without_own` is the distance of the first picture when the query's own product is taken away:
    a photo of something that the shop doesn't have. None where nobody asked, or nothing is left.
    """

    places: tuple[int, ...]
    distance: float
    took_ms: dict[str, float]
    without_own: float | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """How queries are asked: in which space, with which weights, and whether also without their
    own product. `places` maps each stored image to its place in the gallery."""

    gallery: ScratchGallery
    space: EmbeddingSpace
    places: dict[int, int]
    weights: Weights = ()
    foreign: bool = False

    def all(self, given: EvaluationSet, report: Report) -> list[Answer]:
        """An answer for each query of the set, in its order."""
        answers = []
        for done, row in enumerate(given.queries, start=1):
            answers.append(self._one(row, self.gallery.photo(given.path(row))))
            report("Asking the queries", done, len(given.queries))
        return answers

    def _one(self, row: Row, photo: Photo) -> Answer:
        watch = Stopwatch()
        found = selectors.rank_images(question=self._question(photo), k=DEPTH)
        search_ms = watch.took_ms("search")["search"]
        return Answer(
            places=tuple(self.places[image_id] for image_id, _ in found),
            distance=found[0][1],
            took_ms={"decode": photo.decode_ms, "embed": photo.embed_ms, "search": search_ms},
            without_own=self._without_own(row, photo, found[0][1]) if self.foreign else None,
        )

    def _without_own(self, row: Row, photo: Photo, nearest: float) -> float | None:
        own = self.gallery.products.get(row["product_id"])
        if own is None:
            return nearest
        question = self._question(photo, but_product=own.pk)
        found = selectors.rank_images(question=question, k=1)
        return found[0][1] if found else None

    def _question(self, photo: Photo, *, but_product: int | None = None) -> Question:
        placed = place(photo.embedded, self.space)
        return Question(
            vector=placed.vector,
            descriptors=placed.descriptors,
            space_id=self.space.pk,
            dim=self.space.dim,
            weights=self.weights,
            exclude_product_id=but_product,
        )


def cost_ms(answers: list[Answer]) -> dict[str, float]:
    """Milliseconds of each step, the median over the queries."""
    steps = answers[0].took_ms
    return {step: round(median(each.took_ms[step] for each in answers), 2) for step in steps}
