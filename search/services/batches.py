"""Many questions at once: their photos are embedded together, their queries stored together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from catalog.errors import LookalikeError
from search.models import EmbeddingSpace, PhotoQuery
from search.services.examples import Example, check_examples
from search.services.photos import Took, embed_examples
from search.services.placing import Placed
from search.services.queries import clean_words, keep, keep_all, new_query, nothing_asked
from search.services.spaces import ensure_space
from search.services.starting import Start, again, pictured, space_of, started, stored_places
from search.services.wording import worded


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a batch: examples, words, or both."""

    examples: tuple[Example, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A question whose photos have no places in its space yet."""

    words: str
    examples: tuple[Example, ...] = ()
    space: EmbeddingSpace | None = None
    places: dict[int, Placed] = field(default_factory=dict)

    @property
    def earlier(self) -> PhotoQuery | None:
        """The query that this one is made from."""
        return next((each.query for each in self.examples if each.query is not None), None)

    @property
    def start(self) -> Start:
        if self.space is not None:
            return started(self.examples, self.places, self.space)
        return again(self.earlier) if self.earlier is not None else Start()


Outcome = PhotoQuery | LookalikeError
Outcomes = dict[int, Outcome]


def photo_queries(asked: Sequence[Asked]) -> tuple[list[Outcome], Took]:
    """The stored question of each, or the reason why there is none, in their order; and what their
    photos took together.

    As services.photo_query() for each of them, but with one slot of the embedder for all photos,
    and one statement for all queries that go on from no earlier one. An earlier query alone is
    itself. Raises no LookalikeError.
    """
    outcomes: Outcomes = {}
    begun: dict[int, _Begun] = {}
    active = cache(ensure_space)
    for number, each in enumerate(asked):
        with _sparing([number], outcomes):
            begun[number] = _begin(each, active)
    took = _place_photos(begun, outcomes)
    fresh: dict[int, PhotoQuery] = {}
    for number in begun.keys() - outcomes.keys():
        with _sparing([number], outcomes):
            one = begun[number]
            made = outcomes[number] = _query_of(one)
            if one.earlier is None:
                fresh[number] = made
    with _sparing(fresh, outcomes):
        keep_all(list(fresh.values()))
    return [outcomes[number] for number in range(len(asked))], took


@contextmanager
def _sparing(numbers: Iterable[int], outcomes: Outcomes) -> Iterator[None]:
    """What goes wrong inside is the outcome of these questions, and of no other."""
    try:
        yield
    except LookalikeError as error:
        outcomes |= dict.fromkeys(numbers, error)


def _begin(asked: Asked, active: Callable[[], EmbeddingSpace]) -> _Begun:
    words, examples = clean_words(asked.text), asked.examples
    if not examples:
        if not words:
            raise nothing_asked()
        return _Begun(words)
    check_examples(examples)
    if len(examples) == 1 and examples[0].query is not None:
        return _Begun(words, examples)
    space = space_of(examples, active=active)
    return _Begun(words, examples, space, stored_places(examples, space))


def _place_photos(begun: Mapping[int, _Begun], outcomes: Outcomes) -> Took:
    """Gives the photos of all questions their places; space by space, of which there is one as a
    rule."""
    took = Took()
    for space in {each.space for each in begun.values() if each.space is not None}:
        photos = {
            (number, place): example
            for number, each in begun.items()
            if each.space == space
            for place, example in pictured(each.examples).items()
        }
        refused: dict[tuple[int, int], LookalikeError] = {}
        with _sparing({number for number, _ in photos}, outcomes):
            if photos:
                placed, spent = embed_examples(photos, space=space, refused=refused)
                took = took + spent
                for (number, place), where in placed.items():
                    begun[number].places[place] = where
        for (number, _), error in refused.items():
            outcomes.setdefault(number, error)
    return took


def _query_of(one: _Begun) -> PhotoQuery:
    """Not stored yet, where it goes on from no earlier one."""
    earlier = one.earlier
    if earlier is None:
        query = new_query(worded(one.start, one.words), text=one.words)
        if query.space_id is not None and one.space is not None:
            query.space = one.space
        return query
    if one.space is None and not one.words:
        return earlier
    words = one.words or (earlier.text if one.space is None else "")
    return keep(worded(one.start, words), text=words, since=earlier)
