"""A projection turns base vectors into derived ones, and survives its trip through bytes."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.embedding.projection import BadProjection, Projection


def make_projection(
    *, base: int = 6, rank: int = 2, colour: int = 3, dim: int = 4, seed: int = 0, start: int = 0
) -> Projection:
    random = np.random.default_rng(seed)
    width = base + rank + colour
    cut, _ = np.linalg.qr(random.normal(size=(width, width)))
    return Projection(
        directions=random.normal(size=(base, rank)).astype(np.float32),
        centre=random.normal(size=base).astype(np.float32),
        cut=cut[:, :dim].astype(np.float32),
        learned=0.25 if rank else 0.0,
        colour=0.1 if colour else 0.0,
        colour_start=start,
    )


def unit_rows(count: int, dim: int, *, seed: int = 1) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dim))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_it_is_the_formula():
    projection = make_projection()
    vectors, colours = unit_rows(5, 6), unit_rows(5, 3, seed=2)

    learned = (vectors - projection.centre) @ projection.directions
    learned /= np.linalg.norm(learned, axis=1, keepdims=True)
    blocks = np.hstack([np.sqrt(0.65) * vectors, np.sqrt(0.25) * learned, np.sqrt(0.1) * colours])
    expected = blocks @ projection.cut
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)

    np.testing.assert_allclose(projection.apply(vectors, colours), expected, atol=1e-6)
    np.testing.assert_allclose(projection.blocks(vectors, colours), blocks, atol=1e-6)


def test_a_full_cut_keeps_every_weighted_cosine():
    projection = make_projection(dim=11)
    vectors, colours = unit_rows(4, 6), unit_rows(4, 3, seed=2)

    derived = projection.apply(vectors, colours)
    blocks = projection.blocks(vectors, colours)

    np.testing.assert_allclose(derived @ derived.T, blocks @ blocks.T, atol=1e-6)


def test_without_descriptors_the_colour_block_is_zero():
    projection = make_projection()
    vectors = unit_rows(3, 6)

    np.testing.assert_allclose(
        projection.apply(vectors, None),
        projection.apply(vectors, np.zeros((3, 3), dtype=np.float32)),
        atol=1e-7,
    )


def test_the_colour_block_is_a_slice_of_the_descriptors():
    shifted, plain = make_projection(start=2), make_projection()
    vectors, descriptors = unit_rows(3, 6), unit_rows(3, 7, seed=3)

    np.testing.assert_array_equal(
        shifted.apply(vectors, descriptors), plain.apply(vectors, descriptors[:, 2:5])
    )


def test_many_rows_are_projected_like_few():
    projection = make_projection()
    vectors, colours = unit_rows(9000, 6), unit_rows(9000, 3, seed=2)

    derived = projection.apply(vectors, colours)

    np.testing.assert_allclose(
        derived[8500:8503], projection.apply(vectors[8500:8503], colours[8500:8503]), atol=1e-6
    )


@given(
    base=st.integers(1, 8),
    rank=st.integers(0, 4),
    colour=st.integers(0, 5),
    count=st.integers(0, 6),
    data=st.data(),
)
def test_it_gives_float32_rows_of_norm_one_and_survives_bytes(base, rank, colour, count, data):
    dim = data.draw(st.integers(1, base + rank + colour))
    projection = make_projection(base=base, rank=rank, colour=colour, dim=dim)
    vectors, colours = unit_rows(count, base), unit_rows(count, colour or 1, seed=2)

    derived = projection.apply(vectors, colours)
    again = Projection.from_bytes(projection.to_bytes())

    assert (derived.shape, derived.dtype) == ((count, dim), np.float32)
    assert (again.base_dim, again.rank, again.colour_dim, again.dim) == (base, rank, colour, dim)
    np.testing.assert_allclose(np.linalg.norm(derived, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(again.apply(vectors, colours), derived)


def test_a_picture_that_projects_to_nothing_stays_zero():
    projection = make_projection(rank=0, colour=0)

    assert not projection.apply(np.zeros((1, 6), dtype=np.float32), None).any()


def test_vectors_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"\(n, 6\), not \(2, 5\)"):
        make_projection().apply(unit_rows(2, 5), None)


@pytest.mark.parametrize("shape", [(2, 2), (1, 3)])
def test_descriptors_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match="descriptors of shape"):
        make_projection().apply(unit_rows(2, 6), unit_rows(*shape))


def _stored(**changes: object) -> bytes:
    with np.load(io.BytesIO(make_projection().to_bytes())) as arrays:
        values = {name: arrays[name] for name in arrays.files}
    buffer = io.BytesIO()
    np.savez(buffer, **(values | changes))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "cannot be read"),
        (b"PK\x03\x04 not a zip", "cannot be read"),
        (make_projection().to_bytes()[:200], "cannot be read"),
        (_stored(format=np.int64(2)), "format 2, this release reads 1"),
        (_stored(centre=np.zeros(5)), "centre as long as a base vector"),
        (_stored(cut=np.zeros((5, 2))), "5 rows, fewer than"),
        (_stored(cut=np.zeros((11, 12))), "more columns than rows"),
        (_stored(cut=np.full((11, 2), np.nan)), "not finite"),
        (_stored(shares=np.array([0.8, 0.4])), "must lie in 0..1"),
        (_stored(directions=np.array([object()])), "cannot be read"),
    ],
)
def test_bytes_that_are_no_projection_are_refused(data, complaint):
    with pytest.raises(BadProjection, match=complaint):
        Projection.from_bytes(data)
