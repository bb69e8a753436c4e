"""Products' words, ready to be searched: kept so by the statements that change the catalogue.

Title and SKU weigh most (A), then tag values and the names of the category and of those above it
(B), then the description (C). Chinese, Japanese and Korean stand there as pairs of characters, of
title and labels each character too. `words` are title and tag values without accents, for mending
typing errors. Triggers write both, by the functions in search/sql that this module calls too.
The other side of a text search is search.engine.lexemes.
"""

from __future__ import annotations

from collections.abc import Iterable

from search.following import in_parts

REFRESH = "SELECT search_refresh_documents(%(products)s)"

DRIFTED = """
SELECT wanted.product_id
FROM search_wanted_documents(%(products)s) wanted
JOIN search_wanted_labels(%(products)s) labels ON labels.product_id = wanted.product_id
LEFT JOIN search_productdocument stored ON stored.product_id = wanted.product_id
WHERE stored.product_id IS NULL
   OR (stored.document, stored.words, stored.tag_ids, stored.category_ids, stored.published)
      IS DISTINCT FROM
      (wanted.document, wanted.words, labels.tag_ids, labels.category_ids, labels.published)
"""


def refresh(product_ids: Iterable[int] | None = None) -> int:
    """Bring the documents of these products, or of all, up to what the catalogue says; returns how
    many were missing or had drifted. Triggers do it by themselves: this mends what they missed."""
    if product_ids is None:
        product_ids = [row[0] for row in in_parts(DRIFTED)]
    return sum(row[0] for row in in_parts(REFRESH, product_ids))


def drift() -> int:
    """How many products' documents are missing or differ from what the catalogue says; 0 unless
    something went wrong."""
    return sum(1 for _ in in_parts(DRIFTED))
