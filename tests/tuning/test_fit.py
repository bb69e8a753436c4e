"""A fit learns what is there to be learned, and refuses what is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from search.tuning.fit import LEAST_PRODUCTS, fit
from search.tuning.types import TOO_LITTLE
from tests.tuning.catalogues import DIM, TELLING, make_catalogue, shuffled


@pytest.fixture(scope="module")
def tuned():
    return fit(shop_and_customers()[0])


def shop_and_customers():
    """A catalogue with four augmented pictures a photo, and the products and vectors of another
    two of each as customers' photos that no fit saw."""
    drawn = make_catalogue(views=6)
    turn = np.arange(len(drawn.augmented)) % 6
    taught, kept = turn < 4, turn >= 4
    shop = replace(
        drawn, augmented=drawn.augmented[taught], augmented_of=drawn.augmented_of[taught]
    )
    return shop, drawn.augmented[kept], drawn.products[drawn.augmented_of[kept]]


def test_planted_directions_are_found(tuned):
    """The directions look at each axis that tells products apart more than at any other."""
    strength = np.square(tuned.projection.directions).sum(axis=1)

    assert tuned.report.accepted
    assert strength[:TELLING].min() > 5 * strength[TELLING:].max()


def test_new_photos_are_found_better_than_by_the_base_vectors(tuned):
    shop, queries, wanted = shop_and_customers()

    def found(rows, gallery):
        return float((shop.products[(rows @ gallery.T).argmax(axis=1)] == wanted).mean())

    plain = found(queries, shop.vectors)
    learned = found(
        tuned.projection.apply(queries, None), tuned.projection.apply(shop.vectors, None)
    )
    assert learned > plain + 0.2


def test_the_report_says_what_was_found(tuned):
    report = tuned.report

    assert (report.photos, report.products, report.several_photos_share) == (120, 60, 1.0)
    assert report.held_back == 120
    assert report.gain == pytest.approx(report.tuned - report.plain, abs=1e-4)
    assert report.gain >= max(1.0, 2 * report.standard_error)
    assert report.learned == pytest.approx(sum(report.label_weights.values()))
    assert set(report.probes) == {"view", "photo", "category"}
    assert report.reason.startswith("Learned from views")
    assert report.dim == tuned.projection.dim
    assert not report.second_photo_measured


def test_the_same_catalogue_gives_the_same_projection(tuned):
    again = fit(shop_and_customers()[0])

    assert again.projection.to_bytes() == tuned.projection.to_bytes()
    assert replace(again.report, seconds=0) == replace(tuned.report, seconds=0)


def test_shuffled_categories_and_tags_teach_nothing():
    shop = make_catalogue(products=120, photos=1)
    lied_to = replace(
        shop,
        categories=shuffled(shop.categories, seed=1),
        tags=shuffled(shop.tags, seed=2),
    )

    report = fit(lied_to).report

    assert "category" in report.reason
    assert set(report.label_weights) <= {"views"}


def test_shuffled_products_teach_nothing():
    shop = make_catalogue()
    lied_to = replace(shop, products=np.array(shuffled(shop.products, seed=3)))

    assert "product" not in fit(lied_to).report.label_weights


def test_where_nothing_can_be_learned_nothing_is_changed():
    """Cameras that move a picture no further than the products lie apart in every direction."""
    random = np.random.default_rng(5)
    rows = random.normal(size=(40, DIM))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = rows.astype(np.float32)
    shop = replace(
        make_catalogue(products=40, photos=1),
        vectors=vectors,
        categories=[()] * 40,
        tags=[()] * 40,
        augmented=vectors,
        augmented_of=np.arange(40),
    )

    outcome = fit(shop)

    assert outcome.projection is None
    assert not outcome.report.accepted
    assert (outcome.report.dim, outcome.report.learned, outcome.report.gain) == (0, 0, 0)
    assert outcome.report.reason.startswith("Refused: nothing helped enough to be sure. Tried")
    assert [step.verdict for step in outcome.report.steps] == [TOO_LITTLE]
    assert outcome.report.reason.endswith("Categories and tags are learned from 100 photos on.")


def test_a_catalogue_of_a_few_products_is_told_so():
    outcome = fit(make_catalogue(products=LEAST_PRODUCTS - 1))

    assert outcome.projection is None
    assert f"photos of {LEAST_PRODUCTS - 1} products" in outcome.report.reason


def test_a_catalogue_without_augmented_pictures_is_told_so():
    shop = make_catalogue()
    empty = replace(shop, augmented=shop.augmented[:0], augmented_of=shop.augmented_of[:0])

    outcome = fit(empty)

    assert outcome.projection is None
    assert "No augmented picture" in outcome.report.reason


def test_the_colour_block_takes_part_where_there_are_descriptors():
    outcome = fit(make_catalogue(colour=True), colour_weight=0.1)

    assert (outcome.report.colour, outcome.projection.colour) == (0.1, 0.1)
    assert (outcome.projection.colour_start, outcome.projection.colour_dim) == (1, 3)


def test_colours_that_cost_more_than_is_learned_are_refused_with_it():
    """They are judged by what is searched today, which knows none."""
    outcome = fit(make_catalogue(colour=True, noise=0.5), colour_weight=0.6)

    assert not outcome.report.accepted


def test_what_is_reported_is_what_the_stored_vectors_would_find():
    """Cut to one number, what was learned is worth nothing, and so it is refused."""
    cut = fit(make_catalogue(), max_dim=1)

    assert cut.projection is None
    assert cut.report.steps[0].taken
    assert cut.report.reason.startswith("Refused: views")
    assert "as it would be stored it finds too little more" in cut.report.reason


def test_a_product_of_more_photos_than_are_tried_on_keeps_nobody_out(monkeypatch):
    """Thirty products of two photos, and one of sixty."""
    monkeypatch.setattr("search.tuning.fit.MOST_ON_TRIAL", 50)
    shop = make_catalogue(products=60, photos=2)
    crowd = replace(shop, products=np.where(shop.products >= 130, 130, shop.products))

    report = fit(crowd).report

    assert (report.photos, report.products, report.held_back) == (120, 31, 50)


def test_the_vector_is_no_longer_than_asked():
    assert fit(make_catalogue(), max_dim=8).projection.apply(
        make_catalogue().vectors, None
    ).shape == (120, 8)


def test_progress_is_told():
    told: list[str] = []

    fit(make_catalogue(), progress=told.append)

    assert told[0] == "asking hidden photos what views teach"
    assert told[-1] == "fitting to the whole catalogue"
