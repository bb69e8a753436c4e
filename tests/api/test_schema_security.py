"""The schema says of every operation which key it needs, and which headers its answers have."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

RATE = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"}
SCOPES = {
    "search": "search",
    "search_feedback": "search",
    "search_results": "search",
    "search_forget": "search",
    "similar_products": "search",
    "products": "read",
    "product": "read",
}


@pytest.fixture
def schema() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def operations(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        each["operationId"]: each for path in schema["paths"].values() for each in path.values()
    }


def test_the_scheme_is_a_bearer_token(schema: dict[str, Any]):
    [(name, scheme)] = schema["components"]["securitySchemes"].items()

    assert (name, scheme["type"], scheme["scheme"]) == ("ApiKey", "http", "bearer")
    assert "`admin` | everything" in scheme["description"]


@pytest.mark.parametrize(("operation", "scope"), SCOPES.items())
@pytest.mark.parametrize("anonymous", [True, False])
def test_each_operation_names_its_scope(settings: Any, operation: str, scope: str, anonymous: bool):
    settings.ANONYMOUS_SEARCH = anonymous

    made = SchemaGenerator().get_schema(request=None, public=True)

    wanted = [{"ApiKey": [scope]}, *([{}] if anonymous else [])]
    assert operations(made)[operation]["security"] == wanted


def test_every_answer_has_its_headers(schema: dict[str, Any]):
    for operation in operations(schema).values():
        for status, response in operation["responses"].items():
            extra = {"409": {"Retry-After"}, "429": {"Retry-After"}, "503": {"Retry-After"}}
            extra |= {"401": {"WWW-Authenticate"}, "403": {"WWW-Authenticate"}}
            wanted = RATE | {"X-Request-ID"} | extra.get(status, set())
            more = {"ETag", "Location", "Content-Location", "Retry-After", "Idempotency-Replayed"}
            assert wanted <= set(response["headers"]) <= wanted | more


def test_the_headers_of_answers_are_no_parameters(schema: dict[str, Any]):
    for operation in operations(schema).values():
        sent = {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}
        assert sent <= {"If-Match", "If-None-Match", "Idempotency-Key"}
