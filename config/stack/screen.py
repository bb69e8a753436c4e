"""What `up` shows: a line for each step, and at the end where to go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from config.stack.setup import Admin


class Screen:
    """Lines for people: moving on a terminal, plain where the output goes to a file."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    @contextmanager
    def step(self, title: str, *, speaks: bool = False) -> Iterator[None]:
        """A step of the start; `speaks` where it writes its own progress to the terminal."""
        began = time.monotonic()
        if speaks:
            self._console.print(f"  [cyan]…[/] {escape(title)}")
            yield
            return
        with self._console.status(f"{escape(title)} …"):
            yield
        took = time.monotonic() - began
        self._console.print(f"  [green]✓[/] {escape(title)} [dim]{took:.1f} s[/]")

    def say(self, line: str) -> None:
        self._console.print(f"  {escape(line)}")

    def warn(self, line: str) -> None:
        self._console.print(f"  [yellow]![/] {escape(line)}")

    def ready(self, address: str, admin: Admin, *, logs: Path) -> None:
        """The address, the login, and what to try first."""
        rows = Table.grid(padding=(0, 2))
        rows.add_row("[bold]Shop[/]", f"[link={address}]{address}[/]")
        rows.add_row("[bold]Admin[/]", f"{address}/admin/")
        login = f"{escape(admin.username)}  (forgotten? manage.py ensure_admin --reset)"
        if admin.password:
            password = f"[bold]{escape(admin.password)}[/]"
            login = f"{escape(admin.username)} / {password}  (shown only this once)"
        rows.add_row("[bold]Login[/]", login)
        rows.add_row("[bold]API[/]", f"{address}/api/v1/docs/")
        rows.add_row("[bold]Logs[/]", escape(str(logs)))
        rows.add_row("[bold]Try[/]", "click a sample photo, or drop one of your own on the page")
        rows.add_row("", "add a product with a picture in the admin, then search for it")
        rows.add_row("[bold]Stop[/]", "Ctrl-C")
        self._console.print(Panel.fit(rows, title="Lookalike is ready", padding=(1, 2)))
