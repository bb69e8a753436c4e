"""Long arrays of numbers as parameters, packed at once: the driver writes number by number, and
takes longer for the thousand candidates of a search than finding them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from psycopg import Connection, postgres
from psycopg.adapt import Dumper
from psycopg.pq import Format

_DIMENSIONS, _NO_NULLS, _FROM = 1, 0, 1


@dataclass(frozen=True, slots=True)
class Bigints:
    """A bigint[]."""

    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Doubles:
    """A double precision[]."""

    numbers: Sequence[float]


class _Packed(Dumper):
    """The array as PostgreSQL's array_recv reads it: dimensions, whether there are nulls, the
    elements' type; length and first index of the dimension; and each element after its size."""

    format = Format.BINARY
    element: int
    kind: str

    def dump(self, obj: Bigints | Doubles) -> bytes:
        count = len(obj.numbers)
        if not count:
            return struct.pack(">iii", 0, _NO_NULLS, self.element)
        packed = np.empty(count, dtype=[("size", ">i4"), ("number", self.kind)])
        packed["size"] = 8
        packed["number"] = obj.numbers
        head = struct.pack(">iiiii", _DIMENSIONS, _NO_NULLS, self.element, count, _FROM)
        return head + packed.tobytes()


class _PackedBigints(_Packed):
    oid, element, kind = postgres.types["int8"].array_oid, postgres.types["int8"].oid, ">i8"


class _PackedDoubles(_Packed):
    oid, element, kind = postgres.types["float8"].array_oid, postgres.types["float8"].oid, ">f8"


def register(connection: Connection[Any]) -> None:
    """Makes the connection able to send both."""
    connection.adapters.register_dumper(Bigints, _PackedBigints)
    connection.adapters.register_dumper(Doubles, _PackedDoubles)
