"""An explanation, from what was noted of a search and what it found."""

from __future__ import annotations

from django.conf import settings

from search.engine import plan
from search.engine.candidates import HYBRID, TEXT, Candidates, probe_of
from search.engine.estimate import passing_rows, published_rows
from search.engine.explaining.explanation import Explanation, Pictures
from search.engine.explaining.trace import Trace
from search.engine.filters import Resolved, resolve
from search.engine.nearest import TABLE
from search.engine.statements import fetch
from search.engine.statistics import statistics_of
from search.engine.types import KINDS, Question

# Counting stops here: a search by the index takes 5 ms however many pictures pass, and what
# explains it shouldn't read a million rows.
COUNTED = 100_000
COUNT = f"""
    SELECT count(*), count(DISTINCT product_id) FROM (
        SELECT product_id FROM {TABLE} WHERE {{passing}} LIMIT %(most)s::int) AS passing
"""  # noqa: S608 - a table's name


def explain(
    trace: Trace, *, question: Question, resolved: Resolved, found: Candidates
) -> Explanation:
    """How `found` was found. One statement more: the pictures that pass the filters are counted."""
    pictures = None if question.vector is None else _pictures(question, resolved)
    distances = [each.distance for each in found.matches if each.distance is not None]
    return Explanation(
        plan=found.plan,
        why=_why(trace, plan_name=found.plan, pictures=pictures),
        frozen=trace.frozen,
        pictures=pictures,
        looks=tuple(trace.looks),
        readings=tuple(trace.readings),
        fusion=trace.fusion,
        candidates=len(found.matches),
        limit=settings.CANDIDATES,
        complete=found.complete,
        nearest=min(distances, default=None),
        farthest=max(distances, default=None),
        weights=_shares(question),
        statements=tuple(trace.statements),
    )


def _pictures(question: Question, resolved: Resolved) -> Pictures:
    statistics = statistics_of(question.space_id or 0)
    if resolved.remembered:
        resolved = resolve(resolved.filters)
    passing = probe_of(question, resolved=resolved).passing
    statement = COUNT.format(passing=passing.condition)
    [[images, products]] = fetch(statement, {**passing.params, "most": COUNTED})
    return Pictures(
        indexed=published_rows(statistics) if statistics.index.valid else None,
        estimated=passing_rows(statistics, resolved) if plan.is_choice(statistics) else None,
        passing=images,
        products=products,
        all_counted=images < COUNTED,
    )


def _shares(question: Question) -> dict[str, float]:
    """What each kind counts in the order; all of them together are 1, and 0 without a vector."""
    shares = {**dict.fromkeys(KINDS, 0.0), **dict(question.weights)}
    rest = 0.0 if question.vector is None else 1 - sum(shares.values())
    return {"vector": round(rest, 5), **shares}


def _why(trace: Trace, *, plan_name: str, pictures: Pictures | None) -> str:
    if trace.frozen:
        return (
            f"The candidates were found before ({plan_name}) and kept with the query under these "
            "filters, so that its pages can't shift."
        )
    if plan_name == TEXT or pictures is None:
        return "There are words alone: products are found by them, and no picture is compared."
    compared = _compared(trace, pictures)
    if plan_name == HYBRID:
        return f"Picture and words each give a ranking; the two are fused by rank. {compared}"
    return compared


def _compared(trace: Trace, pictures: Pictures) -> str:
    if pictures.estimated is None:
        return (
            "Every picture that passes was compared: the space has no index that is ready, or "
            f"fewer than the {settings.HNSW_MIN_ROWS} pictures from which one is worth it."
        )
    estimated = f"An estimated {pictures.estimated} of {pictures.indexed} pictures pass the filters"
    ways = [look.plan for look in trace.looks]
    if ways[-1:] == [plan.HNSW]:
        return f"{estimated}: the index finds the nearest for less than comparing them all."
    if plan.HNSW in ways:
        return (
            f"{estimated}, and the index was asked; too few of the nearest pictures pass, so every "
            "one that does was compared."
        )
    return f"{estimated}: comparing them all costs no more than the index would."
