"""What will go is told with every answer that used it, and in the schema."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from search.api.deprecation import Deprecation
from tests.api.deprecated_urls import OLD_WAY

TOLD = ("Deprecation", "Sunset", "Link")
MARCH_2026 = "@1772323200"
JANUARY_2026 = "@1767225600"


@pytest.fixture(autouse=True)
def of_its_own(settings) -> None:
    settings.ROOT_URLCONF = "tests.api.deprecated_urls"


def told(response) -> list[str | None]:
    return [response.get(name) for name in TOLD]


def test_what_stays_is_not_mentioned(client: Client):
    assert told(client.get("/old/?k=3")) == [None, None, None]


def test_a_method_that_will_go(client: Client):
    assert told(client.post("/old/")) == [
        MARCH_2026,
        "Mon, 01 Mar 2027 00:00:00 GMT",
        '<https://shop.example/changes#old>; rel="deprecation"; type="text/html"',
    ]


def test_a_parameter_that_will_go(client: Client):
    assert told(client.get("/old/?limit=3")) == [
        JANUARY_2026,
        "Tue, 01 Jun 2027 00:00:00 GMT",
        '<https://shop.example/changes#limit>; rel="deprecation"; type="text/html"',
    ]


def test_of_both_the_earlier_dates_and_both_links(client: Client):
    deprecation, sunset, links = told(client.post("/old/?limit=3"))
    assert (deprecation, sunset) == (JANUARY_2026, "Mon, 01 Mar 2027 00:00:00 GMT")
    assert links is not None
    assert links.count('rel="deprecation"') == 2


def test_errors_tell_it_too(client: Client):
    refused = client.post("/old/", headers={"accept": "text/html"})
    assert (refused.status_code, refused["Deprecation"]) == (406, MARCH_2026)


def test_the_schema_marks_them():
    generated = SchemaGenerator(urlconf="tests.api.deprecated_urls").get_schema(public=True)
    [path] = generated["paths"].values()
    assert path["post"]["deprecated"] is True
    assert OLD_WAY.sentence in path["post"]["description"]
    assert "deprecated" not in path["get"]
    parameters = {each["name"]: each for each in path["get"]["parameters"]}
    assert parameters["limit"]["deprecated"] is True
    assert "gone on 2027-06-01" in parameters["limit"]["description"]
    assert "deprecated" not in parameters["k"]


def test_nothing_goes_before_it_is_deprecated():
    today = date(2026, 1, 1)
    with pytest.raises(ValueError, match="before it is deprecated"):
        Deprecation(today, today - timedelta(days=1), instead="", link="")
