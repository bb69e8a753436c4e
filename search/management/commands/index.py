"""manage.py index: the vectors' HNSW index, how it is and whether it finds what is there."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from search import selectors
from search.engine.index import MAX_DIM, find_index, needs_index
from search.engine.index.memory import MB, build_memory
from search.engine.index.progress import build_progress
from search.management.building import watched_build
from search.management.console import advance, bar, printer, sentences
from search.management.index_tables import faults_of, print_status, print_verification
from search.models import EmbeddingSpace
from search.services.index_status import index_status, table_state
from search.services.indexing import build_index, load_of, replace_index
from search.services.verifying import mend_index, verify_index


class Command(BaseCommand):
    help = "Looks after the index of the pictures' vectors. Searches go on, whatever it does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        status = actions.add_parser("status", help="each space's index, its size and its state")
        build = actions.add_parser("build", help="build it where it is missing or invalid")
        rebuild = actions.add_parser(
            "rebuild", help="build a new one beside it, which then takes its place"
        )
        verify = actions.add_parser(
            "verify",
            help="compare what searches find with every picture, and the index with the "
            "catalogue; exit status 1 if anything is wrong",
        )
        for each in (build, rebuild, verify):
            each.add_argument("--space", help="its name; the one that is searched if left out")
        for each in (status, verify):
            each.add_argument("--json", action="store_true", help="print JSON")
        verify.add_argument("--queries", type=_positive, default=100, help="questions of each kind")
        verify.add_argument("--k", type=_positive, default=10, help="pictures wanted of each")
        verify.add_argument("--fix", action="store_true", help="first mend what can be mended")

    def handle(self, *_: Any, action: str, **options: Any) -> None:
        with sentences():
            getattr(self, f"_{action}")(**options)

    def _status(self, *, json: bool, **_: Any) -> None:
        spaces = EmbeddingSpace.objects.order_by("created_at")
        found, table = [index_status(space=each) for each in spaces], table_state()
        if json:
            self._dump({"spaces": [each.as_json() for each in found], "table": asdict(table)})
        else:
            print_status(found, table, printer(self.stdout))

    def _build(self, *, space: str | None, **_: Any) -> None:
        chosen = _space(space)
        state = find_index(chosen.pk)
        if state.valid and state.ef_search:
            self.stdout.write(f"{state.name} is there. `manage.py index rebuild` makes it anew.")
        elif chosen.dim <= MAX_DIM and not needs_index(chosen):
            rows = load_of(chosen).rows
            self.stdout.write(
                f"{chosen.name} holds {rows:,} vectors: so few are compared one by one, and need "
                "no index."
            )
        else:
            self._make(chosen, anew=False)

    def _rebuild(self, *, space: str | None, **_: Any) -> None:
        self._make(_space(space), anew=True)

    def _make(self, space: EmbeddingSpace, *, anew: bool) -> None:
        if space.dim > MAX_DIM:
            raise CommandError(
                f"{space.name} has {space.dim:,} dimensions; an index takes {MAX_DIM:,} at most. "
                "Its vectors are compared one by one."
            )
        self._warn_of_memory(space)
        started = time.monotonic()
        make = replace_index if anew else build_index
        try:
            with watched_build(space.pk):
                built = make(space=space)
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(
                f"The build was stopped: {reason}. Searches go on as before; the next build "
                "clears away what this one left."
            ) from error
        if not built:
            raise CommandError(_busy(space))
        state = find_index(space.pk)
        self.stdout.write(
            f"{state.name} holds {state.note.rows:,} vectors in {state.bytes / MB:,.0f} MB, made "
            f"in {time.monotonic() - started:.0f} s. Searches use ef_search {state.ef_search}."
        )

    def _warn_of_memory(self, space: EmbeddingSpace) -> None:
        memory = build_memory(rows=load_of(space).rows, dim=space.dim)
        if not memory.fits:
            self.stderr.write(
                f"The graph takes {memory.needed / MB:,.0f} MB, and may have "
                f"{memory.given / MB:,.0f}: the build will be several times slower. Where the "
                f"database's machine has the memory, set HNSW_BUILD_MB={memory.needed // MB + 1}."
            )

    def _verify(
        self, *, space: str | None, queries: int, k: int, json: bool, fix: bool, **_: Any
    ) -> None:
        chosen = _space(space)
        mended = mend_index(space=chosen) if fix else None
        with bar("Asking") as progress:

            def told(case: str, done: int, total: int) -> None:
                progress.update(progress.task_ids[0], description=f"Asking: {case}")
                advance(progress, done=done, total=total)

            found = verify_index(space=chosen, questions=queries, k=k, told=told)
        status = index_status(space=chosen)
        faults = faults_of(found, status)
        if json:
            mending = {"dropped": mended[0], **asdict(mended[1])} if mended else None
            self._dump({**asdict(found), "mended": mending, "faults": faults})
        else:
            print_verification(found, mended, faults, k=k, console=printer(self.stdout))
        if faults:
            sys.exit(1)

    def _dump(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _space(name: str | None) -> EmbeddingSpace:
    if name is None:
        return selectors.active_space()
    try:
        return EmbeddingSpace.objects.get(name=name)
    except EmbeddingSpace.DoesNotExist as error:
        raise CommandError(
            f"There is no space {name!r}. `manage.py space list` names them."
        ) from error


def _busy(space: EmbeddingSpace) -> str:
    now = build_progress(space.pk)
    far = f" ({now.done / now.total:.0%} of: {now.phase})" if now and now.total else ""
    return (
        f"Another process is building the index of {space.name}{far}. `manage.py index status` "
        "shows how far it is."
    )
