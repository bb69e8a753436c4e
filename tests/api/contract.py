"""What every answer of the API must keep to."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator


@cache
def schema() -> dict[str, Any]:
    generated: dict[str, Any] = SchemaGenerator(urlconf="config.urls").get_schema(
        request=None, public=True
    )
    return generated


def assert_fits(value: Any, component: str) -> None:
    """`value` is what the schema promises under the name `component`, with no field beyond it."""
    components = schema()["components"]
    assert set(value) == set(components["schemas"][component]["properties"])
    whole = {"$ref": f"#/components/schemas/{component}", "components": components}
    Draft202012Validator(whole).validate(value)


def assert_error(
    response: HttpResponse, status: int, code: str, field: str | None = None
) -> dict[str, Any]:
    """The one shape of errors; returns what stands inside."""
    answer = response.json()
    assert_fits(answer, "Error")
    error: dict[str, Any] = answer["error"]
    told = (response.status_code, error["code"], error["field"])
    assert told == (status, code, field), error["message"]
    assert error["message"]
    assert error["request_id"] == response["X-Request-ID"]
    return error
