"""What a space lacks is counted by hashing: a lookup for each picture takes seconds in a large
shop."""

from __future__ import annotations

import pytest
from django.db import connection

from catalog.models import ProductImage
from search.engine.statements import fetch
from search.models import EmbeddingSpace, ImageEmbedding
from search.services.filling import LACKING, lacking
from tests.engine.gallery import clustered, make_space
from tests.factories import make_product

pytestmark = pytest.mark.django_db

PICTURES = 3_000


@pytest.fixture
def second() -> EmbeddingSpace:
    """A space with all but ten of the pictures that are searched, known to the planner."""
    product = make_product()
    images = ProductImage.objects.bulk_create(
        ProductImage(
            product=product,
            file=f"{number}.jpg",
            checksum=f"{number:064x}",
            position=number,
            width=1,
            height=1,
        )
        for number in range(PICTURES)
    )
    vectors = clustered(PICTURES)
    for space, kept in ((make_space(), images), (make_space("b@1", state="building"), images[10:])):
        ImageEmbedding.objects.bulk_create(
            ImageEmbedding(
                image_id=image.pk,
                space=space,
                product_id=product.pk,
                checksum=image.checksum,
                vector=vector,
                published=True,
            )
            for image, vector in zip(kept, vectors, strict=False)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_imageembedding, catalog_productimage")
    return space


def test_pictures_are_hashed_and_not_looked_up_one_by_one(second: EmbeddingSpace):
    active = EmbeddingSpace.objects.active().get()
    rows = fetch(
        "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + LACKING,
        {"space": second.pk, "active": active.pk},
    )
    plan = "\n".join(line for (line,) in rows)

    assert plan.count("HashSetOp") == 2
    assert "Nested Loop" not in plan
    assert "_pkey" not in plan
    assert lacking(second) == 10
