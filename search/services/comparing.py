"""Two spaces asked the same questions: what would change if the one took the other's place."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from django.db import transaction

from search.embedding import Vector
from search.engine.candidates import nearest_images
from search.engine.filters import resolve
from search.engine.nearest import Neighbour
from search.engine.types import NO_FILTERS, Question
from search.models import EmbeddingSpace
from search.services.golden import GoldenQuestion, golden_questions

K = 10
# 300 questions: a mean overlap is then known to about two points.
QUESTIONS = 300
# So many of the questions that change most are kept, for people to look at.
SHOWN = 12
# Pictures asked for, so that ten products are among them; four times as many where they are not.
DEPTH = 60
DEEPEST = 16 * DEPTH

# Whether the one found an expected product, and whether the other did.
_FATES = {
    (True, True): "kept",
    (True, False): "lost",
    (False, True): "gained",
    (False, False): "missing",
}

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """A product found, by its nearest picture, at that cosine distance."""

    product_id: int
    image_id: int
    distance: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the first K products in either space, nearest first."""

    image_id: int
    product_id: int
    pinned: bool
    expected: tuple[int, ...]
    before: tuple[Answer, ...]
    after: tuple[Answer, ...]

    @property
    def common(self) -> int:
        """How many products both found."""
        return len(_products(self.before) & _products(self.after))

    @property
    def overlap(self) -> float:
        """The share of the longer list that both found; 1 where neither found anything."""
        longest = max(len(self.before), len(self.after))
        return self.common / longest if longest else 1.0

    @property
    def lost(self) -> set[int]:
        """Expected products that only `before` found."""
        return set(self.expected) & _products(self.before) - _products(self.after)

    @property
    def first_changed(self) -> bool:
        first = [
            answers[0].product_id if answers else None for answers in (self.before, self.after)
        ]
        return first[0] != first[1]


@dataclass(frozen=True, slots=True)
class Expectations:
    """What became of the products that staff expect: found by both, by the first alone (`lost`),
    by the second alone (`gained`), by neither (`missing`)."""

    kept: int = 0
    lost: int = 0
    gained: int = 0
    missing: int = 0

    def __bool__(self) -> bool:
        """Whether anything is expected at all."""
        return any((self.kept, self.lost, self.gained, self.missing))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `after` answers differently from `before`.

    `overlap` is the mean share of the first K products that both find; `histogram[n]` the number of
    questions with n of them in common; `first_changed` the share whose first hit is another.
    `changes` are the questions that change most. The milliseconds are medians of one search.
    """

    before: str
    after: str
    k: int
    questions: int
    overlap: float
    histogram: tuple[int, ...]
    first_changed: float
    expectations: Expectations
    changes: tuple[Asked, ...]
    before_ms: float
    after_ms: float
    took_s: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Comparison:
        """The comparison that `as_json` described, also after a trip through JSON."""
        return cls(
            **{
                **values,
                "histogram": tuple(values["histogram"]),
                "expectations": Expectations(**values["expectations"]),
                "changes": tuple(map(_asked, values["changes"])),
            }
        )


def compare(
    *,
    before: EmbeddingSpace,
    after: EmbeddingSpace,
    questions: int = QUESTIONS,
    seed: int = 0,
    told: Told = lambda *_: None,
) -> Comparison:
    """Ask both spaces with the shop's own pictures and the golden queries, through the engine.

    A picture isn't its own answer; another picture of its product may be. The same seed asks the
    same pictures. Raises NotEnough where the spaces have no picture in common.
    """
    started = time.monotonic()
    asked: list[Asked] = []
    times: tuple[list[float], list[float]] = ([], [])
    golden = golden_questions(before=before, after=after, count=questions, seed=seed)
    for done, question in enumerate(golden, start=1):
        found = [
            _ask(space, question, vector, ms)
            for space, vector, ms in zip((before, after), question.vectors, times, strict=True)
        ]
        about = (question.image_id, question.product_id, question.pinned, question.expected)
        asked.append(Asked(*about, *found))
        told(done, len(golden))
    return Comparison(
        before=before.name,
        after=after.name,
        k=K,
        questions=len(asked),
        overlap=sum(each.overlap for each in asked) / len(asked),
        histogram=_histogram(asked),
        first_changed=sum(each.first_changed for each in asked) / len(asked),
        expectations=_expectations(asked),
        changes=most_changed(asked),
        before_ms=median(times[0]),
        after_ms=median(times[1]),
        took_s=time.monotonic() - started,
    )


def most_changed(asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """The questions to look at: pins that lose an expected product, then the least overlap."""
    changed = [each for each in asked if each.overlap < 1 or each.first_changed]
    ranked = sorted(changed, key=lambda each: (-len(each.lost), each.overlap, each.image_id))
    return tuple(ranked[:SHOWN])


def remember(*, comparison: Comparison, space: EmbeddingSpace) -> None:
    """Keep the comparison in the report of the space that would take the other's place."""
    with transaction.atomic():
        held = EmbeddingSpace.objects.select_for_update(no_key=True).get(pk=space.pk)
        held.report = {**held.report, "comparison": comparison.as_json()}
        held.save(update_fields=["report"])
    space.report = held.report


def remembered(space: EmbeddingSpace) -> Comparison | None:
    """The last comparison of the space with what it would replace; None without one."""
    kept = space.report.get("comparison")
    return Comparison.from_json(kept) if kept else None


def _ask(
    space: EmbeddingSpace, golden: GoldenQuestion, vector: Vector, took_ms: list[float]
) -> tuple[Answer, ...]:
    """The first K products of the space, without the picture that asks."""
    question = Question(vector=vector, space_id=space.pk, dim=space.dim)
    everything = resolve(NO_FILTERS, from_memory=True)
    depth, answers, started = DEPTH, list[Answer](), time.perf_counter()
    while True:
        found = nearest_images(question, resolved=everything, limit=depth)
        answers = _grouped(found, golden.image_id)
        if len(answers) >= K or len(found) < depth or depth >= DEEPEST:
            break
        depth *= 4
    took_ms.append(1000 * (time.perf_counter() - started))
    return tuple(answers[:K])


def _grouped(found: Iterable[Neighbour], own_image: int) -> list[Answer]:
    """Each product once, by the nearest of its pictures."""
    best: dict[int, Answer] = {}
    for each in found:
        if each.image_id != own_image:
            answer = Answer(each.product_id, each.image_id, round(each.distance, 5))
            best.setdefault(each.product_id, answer)
    return list(best.values())


def _histogram(asked: Iterable[Asked]) -> tuple[int, ...]:
    counts = Counter(each.common for each in asked)
    return tuple(counts[common] for common in range(K + 1))


def _expectations(asked: Iterable[Asked]) -> Expectations:
    fates: Counter[str] = Counter()
    for each in asked:
        before, after = _products(each.before), _products(each.after)
        for product_id in each.expected:
            fates[_FATES[product_id in before, product_id in after]] += 1
    return Expectations(**fates)


def _products(answers: Iterable[Answer]) -> set[int]:
    return {each.product_id for each in answers}


def _asked(values: dict[str, Any]) -> Asked:
    answers = {side: tuple(Answer(**each) for each in values[side]) for side in ("before", "after")}
    return Asked(**{**values, **answers, "expected": tuple(values["expected"])})
