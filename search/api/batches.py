"""The body of a batch: many questions at once, of which a bad one spoils no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from catalog.errors import LookalikeError
from search.api import limits
from search.api.fields import Strict
from search.api.questions import Ask, checked_body, kind_of, read_json_ask, rules_of
from search.api.serializers import SearchSerializer
from search.errors import InvalidSearch
from search.throttling import Kind

# What a question can be refused with before it is asked.
Refused = LookalikeError | exceptions.APIException


@extend_schema_field(SearchSerializer(many=True))
class QueryList(serializers.ListField):
    """Queries that are looked at one by one, later."""

    def run_child_validation(self, data: list[Any]) -> list[Any]:
        return data


class BatchSerializer(Strict):
    """Many questions, each as `POST search/` takes it."""

    queries = QueryList(
        min_length=1,
        max_length=limits.MAX_BATCH,
        help_text=f"Each as `POST search/` takes it in JSON; at most {limits.MAX_BATCH}. Together "
        f"they bring at most {limits.MAX_BATCH_PHOTOS} photos and ask for at most "
        f"{limits.MAX_BATCH_HITS:,} products a page: the sum of their `k`.",
    )


@dataclass(frozen=True)
class Batch:
    """Queries as they came in. What they count as is told without looking into their photos."""

    queries: tuple[Any, ...]

    @property
    def cost(self) -> int:
        """As many searches as it counts for."""
        return len(self.queries)

    @property
    def kind(self) -> Kind:
        """What it counts as without a key: a batch of words alone costs less."""
        return "photo" if "photo" in map(kind_of, self.queries) else "words"

    def asks(self) -> tuple[Ask | Refused, ...]:
        """The questions in their order, and for those that can't be asked what is wrong. Raises
        InvalidSearch for what is wrong with all of them."""
        asks = tuple(_read(each) for each in self.queries)
        _check_size([each for each in asks if isinstance(each, Ask)])
        return asks


def read_batch(request: Request) -> Batch:
    """The batch in the body, JSON. Raises ParseError, ValidationError, UnknownField."""
    body = checked_body(
        rules_of(BatchSerializer), request.data, such_as='{"queries": [{"text": "red"}]}'
    )
    return Batch(tuple(body["queries"]))


def _read(query: Any) -> Ask | Refused:
    if not isinstance(query, dict):
        return InvalidSearch('A query is a JSON object, such as {"text": "red shoes"}.')
    try:
        return read_json_ask(query)
    except (LookalikeError, exceptions.APIException) as error:
        return error


def _check_size(asks: list[Ask]) -> None:
    hits = sum(each.refinement.k for each in asks)
    if hits > limits.MAX_BATCH_HITS:
        raise InvalidSearch(
            f"The k of all queries add up to {hits:,}; {limits.MAX_BATCH_HITS:,} is the most. Ask "
            "for fewer products, or send several batches.",
            field="queries",
        )
    photos = sum(example.photo is not None for each in asks for example in each.examples)
    if photos > limits.MAX_BATCH_PHOTOS:
        raise InvalidSearch(
            f"The queries bring {photos} photos; {limits.MAX_BATCH_PHOTOS} is the most. Send "
            "several batches.",
            field="queries",
        )
