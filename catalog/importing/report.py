"""What an import did, and every row that it left out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that stayed out. `line` counts from 1, with the header; `field` is the column, "" where
    the row as a whole is meant; `message` says what to do."""

    line: int
    sku: str
    field: str
    message: str


@dataclass(slots=True)
class ImportReport:
    """Counts of products and images, the rows that stayed out, and remarks on the whole file."""

    dry_run: bool = False
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    images_added: int = 0
    images_kept: int = 0
    images_removed: int = 0
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """Rows that stayed out; a row may have several problems."""
        return len({problem.line for problem in self.problems})

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """The report for programs: all counts, `failed`, `problems` and `notices`."""
        return {**asdict(self), "failed": self.failed, "ok": self.ok}
