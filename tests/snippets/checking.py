"""Whether what a snippet did is what the schema says of its operation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from search.api.snippets.samples import SNIPPETS
from tests.api import contract
from tests.snippets.recorder import NDJSON, Exchange


def operations() -> dict[str, tuple[str, dict[str, Any]]]:
    """Address and description of each operation, by its id."""
    return {
        operation["operationId"]: (path, operation)
        for path, methods in contract.schema()["paths"].items()
        for operation in methods.values()
    }


def assert_as_documented(exchange: Exchange, name: str, given: Mapping[str, str]) -> None:
    """It went where the operation is, with the key and the snippet's headers, and succeeded with an
    answer in one of the operation's shapes."""
    template, operation = operations()[name]
    assert fits(exchange.path, template)
    assert exchange.headers["Authorization"] == f"Bearer {given['KEY']}"
    for header, value in SNIPPETS[name].headers.items():
        assert exchange.headers[header] == given[value.removeprefix("$")]
    successes = {status for status in operation["responses"] if status < "300"}
    assert str(exchange.status) in successes, exchange.answer()
    content = operation["responses"][str(exchange.status)].get("content")
    if content is None:
        assert exchange.answered == b""
        return
    kind = exchange.answer_headers.get_content_type()
    if kind == NDJSON:
        *results, summary = map(json.loads, exchange.answer().splitlines())
        for each in results:
            contract.assert_fits(each, "BulkResult")
            assert each["error"] is None
        contract.assert_fits(summary, "BulkSummary")
        return
    schema = content[kind]["schema"]
    contract.assert_fits(json.loads(exchange.answer()), schema["$ref"].rpartition("/")[2])


def as_said(exchange: Exchange, given: Mapping[str, str]) -> tuple[Any, ...]:
    """The request with the names of the ids in their place."""
    names = {value: f"${name}" for name, value in given.items()}
    path = "/".join(names.get(step, step) for step in exchange.path.split("/"))
    return exchange.method, path, exchange.query, exchange.body()


def fits(sent: str, template: str) -> bool:
    steps, wanted = sent.split("/"), template.split("/")
    return len(steps) == len(wanted) and all(
        want.startswith("{") or step == want for step, want in zip(steps, wanted, strict=True)
    )
