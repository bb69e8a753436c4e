"""Photo and words in one ranking."""

from __future__ import annotations

import pytest

from search import selectors
from search.engine.fusion import fuse
from tests.engine import gallery


def test_both_rankings_count_by_rank() -> None:
    # 1/61 + 1/62 for 1 and 2 alike; 1/63 for 3 and 4: equals keep the order they are met in.
    assert fuse([1, 2, 3], [2, 1, 4]) == [1, 2, 3, 4]


def test_second_in_both_beats_first_in_one() -> None:
    # 2/62 > 1/61
    assert fuse([1, 2], [3, 2]) == [2, 1, 3]


def test_one_ranking_alone_keeps_its_order() -> None:
    assert fuse([3, 1, 2], []) == [3, 1, 2]


@pytest.mark.django_db
def test_words_lift_what_the_photo_nearly_finds() -> None:
    space = gallery.make_space()
    nearest = gallery.shown("Blue cup", gallery.towards(0.95), space=space)
    second = gallery.shown("Red cup", gallery.towards(0.9), space=space)
    far = gallery.shown("Red flag", gallery.axis(5), space=space)
    gallery.refresh_words()
    question = gallery.asks(gallery.axis(0), space, text="red cup")
    result = selectors.search(question=question, door="test")

    assert [hit.product for hit in result.hits] == [second, nearest, far]
    assert (result.plan, result.kind) == ("hybrid", "photo+text")
    assert result.best_distance == pytest.approx(0.05, abs=1e-3)


@pytest.mark.django_db
def test_what_only_words_find_has_its_distance_too(settings: object) -> None:
    settings.CANDIDATES = 3
    space = gallery.make_space()
    for number in range(3):
        gallery.shown(f"Cup {number}", gallery.towards(0.9 + number / 100), space=space)
    flag = gallery.shown("Red flag", gallery.towards(0.3), space=space)
    gallery.refresh_words()
    question = gallery.asks(gallery.axis(0), space, text="flag")
    result = selectors.search(question=question, door="test")

    by_product = {hit.product: hit for hit in result.hits}
    assert by_product[flag].distance == pytest.approx(0.7, abs=1e-3)
    assert by_product[flag].image == flag.images.get()
    assert result.total == 3


@pytest.mark.django_db
def test_the_product_asked_from_is_not_found_by_words_either() -> None:
    space = gallery.make_space()
    asked = gallery.shown("Red cup", gallery.axis(0), space=space)
    other = gallery.shown("Red flag", gallery.axis(1), space=space)
    gallery.refresh_words()
    question = gallery.asks(gallery.axis(0), space, text="red", exclude_product_id=asked.pk)
    result = selectors.search(question=question, door="test")

    assert [hit.product for hit in result.hits] == [other]
