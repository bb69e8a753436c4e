"""Union-find: what belongs together, directly or through others."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Member = TypeVar("Member", bound=Hashable)


class Families(Generic[Member]):
    """Disjoint sets that grow together. Holds only what was joined."""

    def __init__(self) -> None:
        self._parents: dict[Member, Member] = {}

    def join(self, a: Member, b: Member) -> None:
        """Makes one family of the two; of a member alone where both are the same."""
        self._parents[self._head(b)] = self._head(a)

    def families(self) -> list[list[Member]]:
        """Every family, in the order in which their first members came."""
        found: dict[Member, list[Member]] = {}
        for member in self._parents:
            found.setdefault(self._head(member), []).append(member)
        return list(found.values())

    def _head(self, member: Member) -> Member:
        """Each step leaves the way half as long for the next one who goes it."""
        parents = self._parents
        parents.setdefault(member, member)
        while parents[member] != member:
            parents[member] = parents[parents[member]]
            member = parents[member]
        return member
