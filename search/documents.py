"""Products' words, ready to be searched: made from the catalogue by one statement.

Title and SKU weigh most (A), then tag values and the names of the category and of those above it
(B), then the description (C). `words` are title and tag values without accents, for finding typing
errors by trigrams. The other side of a text search is search.engine.lexemes.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from search.engine.lexemes import CONFIGS

# A tsvector holds 1 MB at most; past it Postgres refuses the row, and with it the product.
LONGEST_BODY = 50_000

TEXTS = f"""
SELECT product.id AS product_id,
    unaccent(product.title || ' ' || product.sku) AS heading,
    unaccent(concat_ws(' ', tags.names, categories.names)) AS labels,
    unaccent(left(product.description, {LONGEST_BODY})) AS body,
    unaccent(concat_ws(' ', product.title, tags.names)) AS words
FROM catalog_product product
LEFT JOIN LATERAL (
    SELECT string_agg(tag.value, ' ' ORDER BY tag.facet, tag.value) AS names
    FROM catalog_product_tags link JOIN catalog_tag tag ON tag.id = link.tag_id
    WHERE link.product_id = product.id
) tags ON true
LEFT JOIN catalog_category category ON category.id = product.category_id
LEFT JOIN LATERAL (
    SELECT string_agg(above.name, ' ' ORDER BY above.id) AS names
    FROM catalog_category above WHERE above.id = ANY(category.path)
) categories ON true
WHERE %(products)s::bigint[] IS NULL OR product.id = ANY(%(products)s)
"""  # noqa: S608 - the number is a constant of this file

_LEXEMES = " || ".join(
    f"setweight(to_tsvector('{config}', {part}), '{weight}')"
    for part, weight in (("heading", "A"), ("labels", "B"), ("body", "C"))
    for config in CONFIGS
)

REFRESH = f"""
INSERT INTO search_productdocument (product_id, document, words)
SELECT wanted.product_id, wanted.document, wanted.words
FROM (SELECT product_id, {_LEXEMES} AS document, words FROM ({TEXTS}) texts) wanted
LEFT JOIN search_productdocument stored ON stored.product_id = wanted.product_id
WHERE stored.product_id IS NULL
   OR (stored.document, stored.words) IS DISTINCT FROM (wanted.document, wanted.words)
ORDER BY wanted.product_id
ON CONFLICT (product_id) DO UPDATE SET document = excluded.document, words = excluded.words
"""  # noqa: S608 - all parts are constants


def refresh(product_ids: Iterable[int] | None = None) -> int:
    """Bring the documents of these products, or of all, up to what the catalogue says; returns how
    many were missing or had drifted."""
    products = None if product_ids is None else list(product_ids)
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, {"products": products})
        return int(cursor.rowcount)
