"""What `manage.py index` shows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from search.engine.index.memory import MB
from search.models import EmbeddingSpace
from search.services.index_status import IndexStatus, TableState
from search.services.indexing import Due
from search.services.reconciling import Reconciled
from search.services.verifying import ENOUGH, Verification

STATES = {
    "valid": "[green]valid",
    "building": "[yellow]is being built",
    "invalid": "[red]invalid: its build was stopped",
    "missing": "[red]missing",
    "loading": "[yellow]built when the load is over",
    "too_wide": "[yellow]too many dimensions for one",
    "not_needed": "none is needed for so few",
}
DUE = {
    Due.BUILD: "it is built",
    Due.REBUILD: "it has grown, and is built anew",
    Due.MEASURE: "its ef_search is measured",
}


def print_status(spaces: Sequence[IndexStatus], table: TableState, console: Console) -> None:
    shown = Table("Space", "Vectors", "Waiting", "Index", "Size", "Grown", "ef_search", "Recall")
    for each in spaces:
        shown.add_row(escape(each.space.name), *_cells(each))
    console.print(shown)
    for each in spaces:
        for line in _remarks(each):
            console.print(line, soft_wrap=True)
    console.print(
        f"Vectors take {table.bytes / MB:,.0f} MB, {table.bytes_with_indexes / MB:,.0f} with all "
        f"indexes; {table.dead_rows:,} dead rows wait for a vacuum.",
        soft_wrap=True,
    )
    if table.filter_drift or table.document_drift:
        console.print(
            f"{table.filter_drift:,} vectors and {table.document_drift:,} documents differ from "
            "the catalogue: the next sweep mends them, and `manage.py index verify --fix` now.",
            soft_wrap=True,
        )


def _cells(each: IndexStatus) -> list[str]:
    index, note = each.index, each.index.note
    seen = note.verified
    return [
        f"{each.rows:,}",
        f"{each.pending:,}",
        STATES[each.state],
        f"{index.bytes / MB:,.0f} MB" if index.exists else "",
        "" if each.growth is None else f"{each.growth - 1:+.0%}",
        f"{note.ef_search or ''}",
        f"{seen.recall:.4f}" if seen else "",
    ]


def _remarks(each: IndexStatus) -> list[str]:
    name, seen, told = escape(each.space.name), each.index.note.verified, []
    if each.building:
        now = each.building
        far = f", {now.done:,} of {now.total:,}" if now.total else ""
        told.append(f"{name}: {now.phase}{far}.")
    swept = each.space.state != EmbeddingSpace.State.RETIRED
    if each.due and swept and not each.building:
        told.append(f"{name}: at the next sweep {DUE[each.due]}.")
    if each.leftovers and not each.building:
        told.append(f"{name}: {', '.join(each.leftovers)} was left by a rebuild that was stopped.")
    if seen:
        told.append(
            f"{name}: recall@{seen.k} over {seen.queries} questions, measured {seen.at[:16]}."
        )
    return told


def faults_of(found: Verification, status: IndexStatus) -> list[str]:
    """A sentence for each thing that is wrong."""
    counted = {
        "vectors have a wrong number of dimensions": found.wrong_dimension,
        "vectors are not of unit length": found.wrong_norm,
        "vectors belong to images that are gone": found.orphans,
        "vectors differ from the catalogue in what filters read": found.filter_drift,
        "documents differ from the catalogue": found.document_drift,
    }
    faults = [f"{number:,} {told}." for told, number in counted.items() if number]
    if status.state in {"invalid", "missing"}:
        faults.append(f"The index is {status.state}: every vector is compared one by one.")
    if status.leftovers and not status.building:
        faults.append(f"{', '.join(status.leftovers)} was left by a rebuild that was stopped.")
    poor = [each for each in found.measured if each.poor]
    faults += [
        f"Of the nearest pictures, searches find {each.recall:.1%} ({each.case}): less than "
        f"{ENOUGH:.0%}. Try `manage.py index rebuild`."
        for each in poor
    ]
    return faults


def print_verification(
    found: Verification,
    mended: tuple[int, Reconciled] | None,
    faults: Sequence[str],
    *,
    k: int,
    console: Console,
) -> None:
    if mended:
        console.print(_mended(*mended), soft_wrap=True)
    if found.measured:
        _print_measured(found, k, console)
    elif not found.wrong_dimension:
        console.print("There is no index: every search compares all vectors, and misses none.")
    for each in faults:
        console.print(f"[red]Wrong:[/] {escape(each)}", soft_wrap=True)
    if not faults:
        console.print("[green]Everything is as it should be.")
    elif not mended:
        console.print("`manage.py index verify --fix` mends what can be mended.")


def _print_measured(found: Verification, k: int, console: Console) -> None:
    columns = ("Searched", "Passes", f"Recall@{k}", "Search", "Compared with all")
    table = Table(*columns, title=f"{found.index.name}, ef_search {found.index.ef_search}")
    for each in found.measured:
        times = (f"{each.search_ms:.1f} ms", f"{each.exact_ms:.1f} ms")
        table.add_row(escape(each.case), f"{each.share:.2%}", f"{each.recall:.4f}", *times)
    console.print(table)


def _mended(dropped: int, done: Reconciled) -> str:
    return (
        f"Mended: {dropped:,} vectors that could not be right were dropped, {done.orphans:,} "
        f"without an image too, {done.filters:,} vectors and {done.documents:,} documents follow "
        f"the catalogue again; {done.waiting:,} images wait to be embedded."
    )
