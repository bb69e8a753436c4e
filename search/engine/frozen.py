"""A stored query's candidates, found once and kept with it: its pages can't shift under a reader.

Kept for as long as the query itself, one set for each way it was filtered. A product that is
withdrawn meanwhile vanishes from its page; the others stay where they were.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import fields, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings

from search.engine.arrays import Bigints, Doubles
from search.engine.candidates import Candidates, Found, Match, find
from search.engine.explaining.trace import finding
from search.engine.filters import Resolved, resolve
from search.engine.statements import fetch
from search.engine.tallies import Survey, Tallies, survey
from search.engine.types import Filters, Question
from search.models import CandidateSet, PhotoQuery

FILTERS = [each.name for each in fields(Filters)]
TABLE = CandidateSet._meta.db_table
COLUMNS = "product_ids, image_ids, distances, plan, total, among, complete, survey"

RECALL = f"""
    SELECT {COLUMNS} FROM {TABLE} WHERE query_id = %(query)s::uuid AND key = %(key)s
"""  # noqa: S608 - names from here
# A link lives for days, and anybody may filter what it shows.
SETS_OF_A_LINK = 2
# A query that was forgotten meanwhile keeps nothing. Of one that was filtered in very many ways the
# oldest sets go. What another request has kept complete stays as it is.
KEEP = f"""
    WITH too_many AS (
        DELETE FROM {TABLE} WHERE id IN (
            SELECT id FROM {TABLE} WHERE query_id = %(query)s::uuid AND key <> %(key)s
            ORDER BY id DESC OFFSET CASE
                WHEN (SELECT shared FROM {PhotoQuery._meta.db_table}
                    WHERE id = %(query)s::uuid) THEN {SETS_OF_A_LINK - 1}
                ELSE %(others)s::int END)
    )
    INSERT INTO {TABLE} AS kept (query_id, key, {COLUMNS})
    SELECT query.id, %(key)s, %(product_ids)s::bigint[], %(image_ids)s::bigint[],
        %(distances)s::float8[], %(plan)s, %(total)s::int, %(among)s::int, %(complete)s, NULL
    FROM (SELECT id FROM {PhotoQuery._meta.db_table} WHERE id = %(query)s::uuid FOR KEY SHARE)
        AS query
    ON CONFLICT (query_id, key) DO UPDATE SET
        (product_ids, image_ids, distances, plan, total, among, complete) = (
            excluded.product_ids, excluded.image_ids, excluded.distances, excluded.plan,
            excluded.total, excluded.among, excluded.complete)
    WHERE NOT kept.complete
    RETURNING 1
"""  # noqa: S608 - names from here
KEEP_SURVEY = f"""
    UPDATE {TABLE} SET survey = %(survey)s::jsonb
    WHERE query_id = %(query)s::uuid AND key = %(key)s AND complete RETURNING 1
"""  # noqa: S608 - names from here


class Shortlist:
    """What one question finds under one set of filters, asked for in parts. Of one that is `paged`
    the parts are found anew for each page, and must fit."""

    def __init__(
        self,
        question: Question,
        *,
        resolved: Resolved,
        min_similarity: float | None = None,
        paged: bool = False,
    ) -> None:
        self._question, self._resolved = question, resolved
        self._min_similarity = min_similarity
        self._paged = paged
        self._found: Candidates | None = None

    def without(self, facet: str) -> Shortlist:
        """The same with the choice in one facet left out; "" is this one."""
        if not facet:
            return self
        resolved = self._resolved.without(facet)
        return Shortlist(self._question, resolved=resolved, min_similarity=self._min_similarity)

    def candidates(self, *, first: int | None = None) -> Candidates:
        """The candidates; only the `first` ones need to be there, where they are not all wanted."""
        known = self._found or self._recalled()
        if known is None or not _reaches(known, first):
            known = self._kept(self._searched(first=first, shown=known.matches if known else ()))
        elif trace := finding():
            trace.frozen = True
        self._found = known
        return known

    def survey(self) -> Survey:
        """What all the candidates can be counted and sorted by."""
        found = self.candidates()
        if found.survey is not None:
            return found.survey
        ids = [each.product_id for each in found.matches]
        made = survey(ids, space_id=self._question.space_id)
        if self._question.query_id is not None:
            fetch(KEEP_SURVEY, {**self._place, "survey": _survey_to_json(made)})
        self._found = replace(found, survey=made)
        return made

    def _searched(self, *, first: int | None, shown: Sequence[Found]) -> Candidates:
        found = self._find(first)
        if not found.matches and self._resolved.remembered:
            self._resolved = resolve(self._resolved.filters)
            if trace := finding():
                trace.looks.clear()  # they were for names that mean something else by now
            found = self._find(first)
        return found.after(shown) if shown else found

    def _find(self, first: int | None) -> Candidates:
        return find(
            self._question,
            resolved=self._resolved,
            first=first,
            paged=self._paged,
            min_similarity=self._min_similarity,
        )

    def _recalled(self) -> Candidates | None:
        if self._question.query_id is None:
            return None
        rows = fetch(RECALL, self._place)
        return _from_row(rows[0]) if rows else None

    def _kept(self, found: Candidates) -> Candidates:
        if self._question.query_id is None:
            return found
        others = settings.CANDIDATE_SETS - 1
        if fetch(KEEP, {**self._place, **_to_row(found), "others": others}):
            return found
        kept = self._recalled()
        return kept if kept and kept.complete else found

    @cached_property
    def _place(self) -> dict[str, UUID | str | None]:
        key = key_of(self._question, self._resolved.filters, min_similarity=self._min_similarity)
        return {"query": self._question.query_id, "key": key}


def key_of(question: Question, filters: Filters, *, min_similarity: float | None) -> str:
    """What tells the sets of one stored query apart: its words and filters, in any order, its
    weights, and the space that words typed since were placed in."""
    named = {
        name: sorted(value) if isinstance(value, tuple) else str(value)
        for name, value in ((each, getattr(filters, each)) for each in FILTERS)
    }
    told = [
        named,
        question.text,
        question.space_id,
        question.exclude_product_id,
        min_similarity,
        question.weights,
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _reaches(known: Candidates, first: int | None) -> bool:
    return known.complete or (first is not None and first <= len(known.matches))


def _to_row(found: Candidates) -> dict[str, Any]:
    return {
        "product_ids": Bigints([each.product_id for each in found.matches]),
        "image_ids": Bigints([each.image_id or 0 for each in found.matches]),
        "distances": Doubles(
            [math.nan if each.distance is None else each.distance for each in found.matches]
        ),
        "plan": found.plan,
        "total": found.total,
        "among": found.among,
        "complete": found.complete,
    }


def _from_row(row: Sequence[Any]) -> Candidates:
    products, images, distances, plan, total, among, complete, kept = row
    known = [None if math.isnan(each) else each for each in distances]
    matches = list(map(Match, products, [image or None for image in images], known))
    return Candidates(matches, plan, total, among, complete, kept and _survey_from_json(kept))


def _survey_to_json(kept: Survey) -> str:
    return json.dumps({"tallies": kept.tallies.to_json(), "orders": kept.orders})


def _survey_from_json(kept: dict[str, Any]) -> Survey:
    return Survey(Tallies.from_json(kept["tallies"]), kept["orders"])
