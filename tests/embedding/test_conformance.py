"""What every embedder promises, asked of each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from search.embedding import Embedded, Embedder, Rejected, Vector, make_embedder
from search.embedding.drawn import draw_picture

PICTURES = [draw_picture(number) for number in range(11)]


@pytest.fixture(
    params=[
        "fake",
        "fake-text",
        pytest.param("lite0", marks=pytest.mark.model),
        pytest.param("lite0_openvino", marks=pytest.mark.model),
        pytest.param("lite0_torch", marks=pytest.mark.model),
        pytest.param("lite0_int8", marks=pytest.mark.model),
        pytest.param("random_resnet18", marks=pytest.mark.model),
    ]
)
def embedder(request: pytest.FixtureRequest, tmp_path) -> Embedder:
    if request.param.startswith("fake"):
        return make_embedder(request.param, data_dir=tmp_path)
    return request.getfixturevalue(request.param)


def vectors(embedder: Embedder, images: list[Image.Image]) -> list[Vector]:
    outcomes = embedder.embed(images)
    assert all(isinstance(outcome, Embedded) for outcome in outcomes)
    return [outcome.vector for outcome in outcomes]


def test_it_is_an_embedder(embedder):
    assert isinstance(embedder, Embedder)


def test_nothing_in_nothing_out(embedder):
    assert embedder.embed([]) == []


def test_a_vector_is_float32_of_the_cards_length_and_norm_one(embedder):
    for vector in vectors(embedder, PICTURES):
        assert vector.dtype == np.float32
        assert vector.shape == (embedder.card.dim,)
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-6)


def test_a_vector_does_not_depend_on_its_company(embedder):
    together = vectors(embedder, PICTURES)
    backwards = vectors(embedder, PICTURES[::-1])[::-1]
    alone = [vectors(embedder, [picture])[0] for picture in PICTURES]

    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-5)
    np.testing.assert_allclose(backwards, alone, rtol=0, atol=1e-5)


def test_bad_pictures_are_rejected_in_their_place(embedder):
    empty = Image.new("RGB", (0, 7))
    images = [PICTURES[0], empty, PICTURES[1], empty, PICTURES[2]]

    outcomes = embedder.embed(images)

    assert [type(outcome) for outcome in outcomes] == [
        Embedded,
        Rejected,
        Embedded,
        Rejected,
        Embedded,
    ]
    np.testing.assert_allclose(
        [outcome.vector for outcome in outcomes[::2]],
        vectors(embedder, PICTURES[:3]),
        rtol=0,
        atol=1e-5,
    )


def test_a_picture_of_one_colour_is_embedded(embedder):
    for colour in ("black", "white", (128, 128, 128)):
        vectors(embedder, [Image.new("RGB", (64, 64), colour)])


def test_threads_share_an_embedder(embedder):
    expected = vectors(embedder, PICTURES)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: vectors(embedder, PICTURES), range(8)))

    np.testing.assert_allclose(found, [expected] * 8, rtol=0, atol=1e-5)


def test_an_edited_copy_is_nearest_to_its_original(embedder):
    gallery = np.stack(vectors(embedder, PICTURES))
    copies = [picture.resize((160, 120)).crop((6, 4, 154, 116)) for picture in PICTURES]

    nearest = (np.stack(vectors(embedder, copies)) @ gallery.T).argmax(axis=1)

    assert nearest.tolist() == list(range(len(PICTURES)))
