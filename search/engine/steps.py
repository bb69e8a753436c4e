"""The way that a customer came: the queries from the first one to the one that is shown."""

from __future__ import annotations

from search.engine.statements import fetch
from search.models import PhotoQuery

MOST_STEPS = 12

# Upwards from the query; never past one that was shared: what lies before it is another person's.
STEPS = f"""
    WITH RECURSIVE step (id, parent, shared, number) AS (
        SELECT id, parent, shared, 1 FROM {PhotoQuery._meta.db_table} WHERE id = %(query)s
        UNION ALL
        SELECT earlier.id, earlier.parent, earlier.shared, step.number + 1
        FROM step JOIN {PhotoQuery._meta.db_table} earlier ON earlier.id = step.parent
        WHERE NOT step.shared AND step.number < {MOST_STEPS} AND earlier.expires_at > now()
    )
    SELECT id FROM step ORDER BY number DESC
"""  # noqa: S608 - a table's name and a number


def steps_to(query: PhotoQuery) -> list[PhotoQuery]:
    """The queries that led to this one, the first one first, and itself; with their products and
    these products' images. Without a statement where nothing led to it."""
    if query.parent is None or query.shared:
        return [query]
    ids = [row[0] for row in fetch(STEPS, {"query": query.pk})]
    queries = PhotoQuery.objects.select_related("product").prefetch_related("product__images")
    found = queries.defer("vector", "descriptors").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
