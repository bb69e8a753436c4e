"""A change of the model while customers search and staff upload: no search fails, none mixes
spaces, and none finds fewer products."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest
from django.db import connection
from PIL import Image

from catalog.images import decode
from search import selectors, services
from search.embedder import embedder_of
from search.engine.types import SearchResult
from search.errors import SpaceRefused
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import Example, create_space, ensure_space, photo_query
from search.services.placing import place
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product
from tests.search.cards import CENTRED
from tests.search.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

PRODUCTS = 24
SEARCHERS = 3


@dataclass(frozen=True)
class Answer:
    """What a search by the photo of that seed found."""

    seed: int
    found: SearchResult


@pytest.fixture
def everything(settings) -> Iterator[Callable[..., Future]]:
    """Starts threads that do something again and again; they end with the test."""
    settings.EMBED_QUEUE_SECONDS = 30
    over, running = threading.Event(), []
    pool = ThreadPoolExecutor(SEARCHERS + 2)

    def start(work: Callable[[], object]) -> Future:
        def again() -> None:
            try:
                while not over.is_set():
                    work()
            finally:
                connection.close()

        running.append(pool.submit(again))
        return running[-1]

    yield start
    over.set()
    pool.shutdown()
    for each in running:
        each.result()


def searcher(answers: list[Answer], number: int) -> Callable[[], None]:
    """One customer: a photo, its second page, the same photo with a product of the answer."""
    dice = random.Random(number)

    def search() -> None:
        seed = dice.randrange(PRODUCTS)
        query, _ = photo_query(photo=jpeg_bytes(draw_photo(seed)))
        for page in (1, 2):
            stored = selectors.get_query(query.pk)
            found = selectors.search(
                question=selectors.question_of(stored), k=PRODUCTS // 2, page=page, door="test"
            )
            answers.append(Answer(seed, found))
        liked = Example(product=answers[-1].found.hits[0].product, weight=0.5)
        joined, _ = photo_query(examples=[Example(photo=jpeg_bytes(draw_photo(seed))), liked])
        again = selectors.search(question=selectors.question_of(joined), door="test")
        assert again.total >= PRODUCTS - 1  # a product isn't its own answer

    return search


def check(answers: list[Answer]) -> None:
    """Every hit is as far from the photo as it is in the space that the answer names."""
    for answer in answers:
        space = EmbeddingSpace.objects.get(name=answer.found.space)
        [outcome] = embedder_of(space).embed([decoded(answer.seed)])
        asked = place(outcome, space).vector
        for hit in answer.found.hits:
            row = ImageEmbedding.objects.get(space=space, image_id=hit.image.pk)
            distance = 1 - float(np.asarray(row.vector, dtype=np.float32) @ asked)
            assert hit.distance == pytest.approx(distance, abs=2e-3)
        assert answer.found.total >= PRODUCTS


def switched_to(space: EmbeddingSpace) -> bool:
    """Without force: a picture that just came is embedded in the searched space first."""
    try:
        return services.switch_space(space) != space
    except SpaceRefused:
        return False


def decoded(seed: int) -> Image.Image:
    return decode(jpeg_bytes(draw_photo(seed))).image


def test_no_search_fails_or_mixes_spaces_while_the_model_changes(everything):
    for seed in range(PRODUCTS):
        add_photo(make_product(), seed=seed)
    services.drain(seconds=60)
    first = ensure_space()
    answers: list[Answer] = []
    uploads = iter(range(PRODUCTS, 10_000))

    def upload() -> None:
        add_photo(make_product(), seed=next(uploads))
        threading.Event().wait(0.1)

    for number in range(SEARCHERS):
        everything(searcher(answers, number))
    everything(lambda: services.drain(seconds=0.2))
    everything(upload)

    def more_answers() -> None:
        had = len(answers)
        wait_until(lambda: len(answers) > had + 4 * SEARCHERS, "more answers")

    second = create_space("tests.search.cards:centred")
    more_answers()
    services.fill(second)
    wait_until(lambda: services.lacking(second) == 0, "the second space to be filled")
    more_answers()
    wait_until(lambda: switched_to(second), "a moment in which nothing is missing")
    more_answers()
    services.roll_back()
    more_answers()
    queued = EmbeddingJob.objects.filter(image__product__title__gt="")
    assert set(queued.values_list("space__name", flat=True)) == {"fake@1", CENTRED.name}
    check(answers[:: max(1, len(answers) // 60)])
    services.drop_space(second)
    more_answers()

    assert Counter(answer.found.space for answer in answers).keys() == {"fake@1", CENTRED.name}
    assert selectors.active_space() == first
    assert {answer.found.space for answer in answers[-SEARCHERS:]} == {"fake@1"}
    assert EmbeddingSpace.objects.get() == first
    assert not EmbeddingJob.objects.exclude(space=first).exists()
    assert not ImageEmbedding.objects.exclude(space=first).exists()
