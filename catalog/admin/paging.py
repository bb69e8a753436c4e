"""Pages of a list that may be very long."""

from __future__ import annotations

import json
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property


class BoundedCountPaginator(Paginator):  # type: ignore[type-arg]  # no brackets at run time
    """Counts exactly up to `exact_limit` rows and takes Postgres' own estimate beyond it.

    An exact count reads every matching row; the estimate comes from the planner's statistics. The
    last pages of an estimated list may be empty: nobody pages there, they search or filter.
    """

    exact_limit = 10_000

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list).order_by()
        counted: int = rows[: self.exact_limit + 1].count()
        if counted <= self.exact_limit:
            return counted
        plan = json.loads(rows.explain(format="json"))[0]["Plan"]
        return max(counted, int(plan["Plan Rows"]))

    @property
    def is_estimate(self) -> bool:
        return self.count > self.exact_limit
