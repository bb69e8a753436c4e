"""Derived spaces hold what a matrix makes of their base's rows, and stay complete."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection

from catalog.models import ProductImage
from catalog.services import replace_image
from search import services
from search.embedding import Embedded
from search.errors import SearchUnavailable, SpaceMismatch
from search.models import EmbeddingSpace, ImageEmbedding, SpaceProjection
from search.services import create_derived, deriving, ensure_space
from search.services.deriving import derive_missing, find_missing
from search.services.placing import place
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product
from tests.search.projections import any_projection

pytestmark = pytest.mark.django_db


def vectors(space: EmbeddingSpace) -> dict[int, np.ndarray]:
    rows = ImageEmbedding.objects.filter(space=space).values_list("image_id", "vector")
    return {image_id: np.asarray(vector, dtype=np.float32) for image_id, vector in rows}


@pytest.fixture
def photos() -> list[int]:
    """Five embedded photos; their ids."""
    made = [add_photo(make_product(), seed=seed).pk for seed in range(5)]
    services.embed_pending()
    return made


def test_a_derived_space_is_filled_from_stored_rows_alone(photos: list[int], embedder_that):
    def never(images):
        raise AssertionError("No picture is read for a derived space.")

    embedder_that(never)
    projection, heard = any_projection(), []
    space = create_derived(ensure_space(), projection, {})

    assert derive_missing(space, lambda *far: heard.append(far)) == 5

    base = vectors(ensure_space())
    for image_id, vector in vectors(space).items():
        wanted = projection.apply(base[image_id][np.newaxis], None)[0]
        np.testing.assert_allclose(vector, wanted, atol=1e-3)
    assert heard == [(5, 5)]
    assert derive_missing(space) == 0


def test_it_goes_on_where_it_was_stopped(photos: list[int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(deriving, "ROWS_AT_A_TIME", 2)
    space = create_derived(ensure_space(), any_projection(), {})

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        derive_missing(space, stop)
    assert list(find_missing(space)) == photos[2:]

    heard: list[tuple[int, int]] = []
    assert derive_missing(space, lambda *far: heard.append(far)) == 3
    assert heard == [(2, 3), (3, 3)]


def test_it_stands_back_after_each_slice(photos: list[int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(deriving, "ROWS_AT_A_TIME", 2)
    space = create_derived(ensure_space(), any_projection(), {})
    written: list[int] = []
    monkeypatch.setattr(deriving, "stand_back", lambda _: written.append(len(vectors(space))))

    derive_missing(space)

    assert written == [2, 4, 5]


def test_a_new_picture_comes_with_its_derived_rows_in_one_go(photos: list[int]):
    space = create_derived(ensure_space(), any_projection(), {})
    derive_missing(space)
    added = add_photo(make_product(), seed=7)

    services.embed_pending()

    assert added.pk in vectors(space)
    row = ImageEmbedding.objects.get(space=space, image_id=added.pk)
    assert (row.checksum, row.product_id) == (added.checksum, added.product_id)


def test_a_replaced_picture_replaces_its_derived_row(photos: list[int]):
    space = create_derived(ensure_space(), any_projection(), {})
    derive_missing(space)
    row = ImageEmbedding.objects.get(space=space, image_id=photos[0])
    image = ProductImage.objects.get(pk=photos[0])

    replace_image(image=image, data=jpeg_bytes(draw_photo(9)))
    services.embed_pending()

    renewed = ImageEmbedding.objects.get(space=space, image_id=photos[0])
    assert renewed.checksum == image.checksum != row.checksum


def test_a_deleted_image_takes_its_derived_row_along(photos: list[int]):
    space = create_derived(ensure_space(), any_projection(), {})
    derive_missing(space)

    ProductImage.objects.get(pk=photos[0]).delete()

    assert sorted(vectors(space)) == photos[1:]


def test_a_row_of_an_earlier_picture_is_not_written_over_a_newer_one(photos: list[int]):
    """The base still holds the old picture's vector: nothing of it is derived any more."""
    space = create_derived(ensure_space(), any_projection(), {})
    image = ProductImage.objects.get(pk=photos[0])
    replace_image(image=image, data=jpeg_bytes(draw_photo(9)))

    assert derive_missing(space) == 4
    assert sorted(vectors(space)) == photos[1:]


def test_a_picture_that_fails_loses_its_derived_row_of_the_earlier_one(photos: list[int]):
    space = create_derived(ensure_space(), any_projection(), {})
    derive_missing(space)
    image = ProductImage.objects.get(pk=photos[0])
    replace_image(image=image, data=jpeg_bytes(draw_photo(9)))
    image.file.storage.delete(image.file.name)

    services.embed_pending()

    assert sorted(vectors(space)) == photos[1:]


def test_the_sweep_completes_what_is_missing(photos: list[int]):
    space = create_derived(ensure_space(), any_projection(), {})

    assert services.reconcile().derived == 5
    assert sorted(vectors(space)) == photos


def test_a_query_is_placed_where_the_same_picture_lies(photos: list[int]):
    projection = any_projection()
    space = create_derived(ensure_space(), projection, {})
    derive_missing(space)
    base = vectors(ensure_space())[photos[0]]

    placed = place(Embedded(base), space)

    assert placed.vector.shape == (8,)
    np.testing.assert_allclose(placed.vector, vectors(space)[photos[0]], atol=1e-3)
    assert place(Embedded(base), ensure_space()).vector is base


def test_filter_columns_of_derived_rows_follow_the_catalogue(photos: list[int]):
    space = create_derived(ensure_space(), any_projection(), {})
    derive_missing(space)

    product = ProductImage.objects.get(pk=photos[0]).product
    product.status = "archived"
    product.save()

    row = ImageEmbedding.objects.get(space=space, image_id=photos[0])
    assert row.published is False


def test_the_projection_is_stored_with_its_hash():
    space = create_derived(ensure_space(), any_projection(), {})

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(sha256(matrix), 'hex') FROM search_spaceprojection WHERE space_id = %s",
            [space.pk],
        )
        [(found,)] = cursor.fetchall()
    assert SpaceProjection.objects.get(pk=space.pk).sha256 == found


@pytest.fixture
def damaged() -> EmbeddingSpace:
    """A derived space whose matrix is another one than was stored."""
    space = create_derived(ensure_space(), any_projection(), {})
    SpaceProjection.objects.update(matrix=any_projection(seed=1).to_bytes())
    return space


def test_a_damaged_projection_is_not_used(photos: list[int], damaged: EmbeddingSpace):
    with pytest.raises(SpaceMismatch, match=r"tuned1 is damaged: its sha256 is .* tune` again"):
        derive_missing(damaged)

    assert vectors(damaged) == {}


def test_customers_are_told_nothing_of_a_damaged_projection(damaged: EmbeddingSpace, caplog):
    services.switch_space(damaged)

    with pytest.raises(SearchUnavailable) as raised:
        services.photo_query(photo=jpeg_bytes(draw_photo(1)))

    assert raised.value.message.startswith("Searching by photo is not possible at the moment.")
    assert "tuned1 is damaged" in caplog.text
