"""One part of the installation, and how it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`todo` says what to do about a problem; without one the part is fine."""

    part: str
    told: str
    todo: str = ""

    @property
    def ok(self) -> bool:
        return not self.todo
