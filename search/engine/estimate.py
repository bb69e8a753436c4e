"""How many rows a filter lets through, without counting them."""

from __future__ import annotations

import json

from django.db.models import QuerySet

from search.models import ImageEmbedding


def passing_rows(passing: QuerySet[ImageEmbedding]) -> int:
    """The planner's estimate of the rows in `passing`: within about 15 % where the table has been
    analysed, too high for tiny tags. Takes 0.2 to 0.6 ms at any size."""
    explained = passing.order_by().values("image_id").explain(format="JSON")
    return int(json.loads(explained)[0]["Plan"]["Plan Rows"])
