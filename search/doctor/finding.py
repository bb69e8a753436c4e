"""One part of the installation, and how it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`todo` says what to do about a problem; without one the part is fine. `advice`: the shop
    works as it is, and something could be done all the same."""

    part: str
    told: str
    todo: str = ""
    advice: bool = False

    @property
    def ok(self) -> bool:
        return self.advice or not self.todo
