"""What became of many lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LineStatus = Literal["created", "updated", "unchanged", "deleted", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineError:
    """Why a line was refused; `code` is stable and for programs."""

    code: str
    message: str
    field: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkResult:
    """What became of a line, counted from 1."""

    line: int
    sku: str | None
    status: LineStatus
    error: LineError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkCounts:
    """How many lines came, and how many of each status."""

    lines: int
    created: int
    updated: int
    unchanged: int
    deleted: int
    error: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkSummary:
    """The end of an answer: whether all lines were read, and if not, why."""

    summary: BulkCounts
    complete: bool
    error: LineError | None
