"""`POST products/bulk/`: each line a product, each line an answer.

The work goes on while the body comes in. What was done is told at once as long as it fits what a
connection holds by itself: a client that sends everything before it reads, as most do, would
otherwise wait for us while we wait for it. The rest is told when the body is here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import structlog
from django.db import InterfaceError, OperationalError
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError

from catalog import values
from catalog.errors import LookalikeError
from catalog.services import Line, write_lines
from catalog.shelves import Shelves
from search.api import limits
from search.api.codes import CODES
from search.api.errors import Problem, problem_of
from search.api.ndjson import Body, RawLine, lines
from search.api.parsers import read_json
from search.api.product_bodies import (
    Amount,
    ProductBodySerializer,
    Text,
    change_of,
    check_sku,
)
from search.errors import InvalidSearch

log = structlog.get_logger(__name__)

MOST_BYTES = 64 * 2**20
MOST_LINES = 10_000
LONGEST_LINE = 256 * 1024
# Products of one transaction: with 100, committing is a fiftieth of the work.
AT_ONCE = 100
# Less than a connection's buffers hold.
EARLY_BYTES = 16 * 1024
STATUSES = ("created", "updated", "unchanged", "deleted", "error")


class BulkLineSerializer(ProductBodySerializer):
    """A line: a product that is made where it isn't there, or of which the named parts change."""

    sku = Text(
        min_length=1,
        max_length=limits.MAX_SKU,
        help_text="Which product; each stands in one line.",
    )
    title = Text(required=False, min_length=1, max_length=200, help_text="A new product needs one.")
    price = Amount(values.price, required=False, help_text="A new product needs one.")
    delete = serializers.BooleanField(
        default=False, help_text="Delete it; no other part may be named then."
    )


RULES = BulkLineSerializer(partial=True)


@dataclass(frozen=True, slots=True)
class Read:
    """A line as it was understood: what to do, or what is wrong with it."""

    number: int
    sku: str | None = None
    line: Line | None = None
    problem: Problem | None = None


@dataclass
class Bulk:
    """The run of one body. `answer()` gives its lines as they can be told."""

    body: Body
    _shelves: Shelves = field(default_factory=Shelves)
    _lines: dict[str, int] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)
    _held: list[bytes] = field(default_factory=list)
    _told: int = 0
    _fault: Problem | None = None

    def answer(self) -> Generator[bytes]:
        """NDJSON: a line for each of the body's, in their order, and the summary."""
        try:
            yield from self._batches()
        except GeneratorExit:
            log.info("The client of a bulk write is gone", lines=self._counts.total())
            raise
        except (OperationalError, InterfaceError) as error:
            self._fault = problem_of(error)
        except Exception:  # the answer has begun: nobody else can tell of it any more
            log.exception("A bulk write broke off")
            self._fault = Problem("internal", CODES["internal"].meaning)
        self._hold(self._summary())
        yield b"".join(self._held)

    def _batches(self) -> Iterator[bytes]:
        batch: list[Read] = []
        taken = 0
        for raw in lines(self.body, longest=LONGEST_LINE):
            if taken == MOST_LINES:
                self._fault = _too_many()
                continue  # to the end of the body, so that the client hears the answer
            taken += 1
            batch.append(self._read(raw))
            if len(batch) == AT_ONCE:
                self._write(batch)
                batch = []
                yield from self._early()
        self._write(batch)
        if self.body.fault:
            self._fault = Problem("malformed", self.body.fault)

    def _read(self, raw: RawLine) -> Read:
        sku = None
        try:
            given = _object(raw)
            sku = str(given.get("sku") or "")[: limits.MAX_SKU] or None
            line = _line(given)
            if line.sku in self._lines:
                message = (
                    f"The SKU is on line {self._lines[line.sku]} already. Keep one of the two."
                )
                raise InvalidSearch(message, field="sku")
        except (LookalikeError, ParseError, ValidationError, RecursionError) as error:
            return Read(raw.number, sku, problem=problem_of(error))
        self._lines[line.sku] = raw.number
        return Read(raw.number, line.sku, line=line)

    def _write(self, batch: list[Read]) -> None:
        """Does what the lines say, and holds what became of them."""
        results = iter(write_lines([each.line for each in batch if each.line], self._shelves))
        for each in batch:
            problem, status = each.problem, "error"
            if each.line is not None:
                result = next(results)
                if isinstance(result, str):
                    status = result
                else:
                    problem = problem_of(result)
            self._counts[status] += 1
            told = {"line": each.number, "sku": each.sku, "status": status}
            self._hold({**told, "error": problem and problem.detail})

    def _hold(self, line: object) -> None:
        """In ASCII: many clients take U+2028 and its like for the end of a line."""
        self._held.append(json.dumps(line).encode() + b"\n")

    def _early(self) -> Iterator[bytes]:
        """What is held, unless the client may be too busy sending to read it."""
        held = b"".join(self._held)
        if self.body.ended or self._told + len(held) <= EARLY_BYTES:
            self._told += len(held)
            self._held.clear()
            yield held

    def _summary(self) -> dict[str, object]:
        counts = {status: self._counts[status] for status in STATUSES}
        return {
            "summary": {"lines": self._counts.total(), **counts},
            "complete": self._fault is None,
            "error": self._fault and self._fault.detail,
        }


def _object(raw: RawLine) -> dict[str, object]:
    """The JSON object of the line. Raises LookalikeError, ParseError."""
    if raw.text is None:
        raise InvalidSearch(
            f"The line is longer than {LONGEST_LINE // 1024} KiB. Shorten its description.",
            code="too_large",
        )
    if not raw.whole:
        raise InvalidSearch("The body breaks off in this line.", code="malformed")
    try:
        given = read_json(raw.text.decode())
    except (UnicodeDecodeError, ParseError) as error:
        told = "It isn't UTF-8." if isinstance(error, UnicodeDecodeError) else str(error.detail)
        raise InvalidSearch(f"The line can't be read. {told}", code="malformed") from error
    if not isinstance(given, dict):
        message = 'A line is one JSON object, such as {"sku": "LAMP-3", "stock": 4}.'
        raise InvalidSearch(message, code="malformed")
    return given


def _line(given: dict[str, object]) -> Line:
    """What the object asks for. Raises LookalikeError, ValidationError."""
    if given.get("sku") is None:
        raise InvalidSearch("Every line names its product: sku is missing.", field="sku")
    checked = RULES.run_validation(given)
    sku = checked.pop("sku")
    check_sku(sku)
    if not checked.pop("delete", False):
        return Line(sku, change_of(checked))
    if checked:
        message = f"A line that deletes says nothing else: leave out {', '.join(checked)}."
        raise InvalidSearch(message, field="delete")
    return Line(sku, None)


def _too_many() -> Problem:
    return Problem(
        "too_large",
        f"More than {MOST_LINES:,} lines: those after were not read. Send them in another body.",
    )
