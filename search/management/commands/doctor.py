"""manage.py doctor: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from search.doctor import Finding, examine
from search.management.console import printer


class Command(BaseCommand):
    help = "Says in plain words what is wrong with the installation. Exit status 1 if anything is."
    # What they would find is told below, in order and with the rest.
    requires_system_checks: list[str] = []

    def handle(self, *_: Any, **__: Any) -> None:
        table = Table()
        for title in ("", "Part", "What was found", "What to do"):
            table.add_column(title, overflow="fold")
        problems = 0
        with Console(stderr=True).status("Looking") as status:
            for finding in examine():
                status.update(f"Looked at: {finding.part}")
                problems += not finding.ok
                table.add_row(
                    _mark(finding), finding.part, escape(finding.told), escape(finding.todo)
                )
        printer(self.stdout).print(table)
        if problems:
            self.stdout.write(f"{problems} problem(s). The last column says what to do.")
            sys.exit(1)
        self.stdout.write("Everything is fine.")


def _mark(finding: Finding) -> str:
    if not finding.ok:
        return "[red]Problem"
    return "[yellow]Note" if finding.advice else "[green]OK"
