"""manage.py api_key: makes a key that is printed once, lists, revokes."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from search import key_format
from search.models import ApiKey
from tests.api.keys import sending

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    output, errors = io.StringIO(), io.StringIO()
    call_command("api_key", *arguments, stdout=output, stderr=errors)
    return output.getvalue(), errors.getvalue()


def create(*options: str) -> str:
    return run("create", "Mobile app", *options)[0].strip()


def test_the_key_alone_is_printed_and_works():
    printed, said = run("create", "Mobile app", "--scope", "read", "--scope", "search")

    key = ApiKey.objects.get()
    assert key_format.read(printed.removesuffix("\n")) is not None
    assert said == (
        "This is the only time that it is shown. Programs send it as `Authorization: Bearer KEY`.\n"
    )
    assert (key.name, key.scopes, key.expires_at) == ("Mobile app", ["search", "read"], None)
    assert sending(Client(), printed.strip()).get("/api/v1/products/").status_code == 200


def test_limits_and_an_end():
    create("--scope", "write", "--per-minute", "30", "--per-day", "1000", "--expires", "90d")

    key = ApiKey.objects.get()
    assert (key.per_minute, key.per_day) == (30, 1_000)
    assert key.expires_at is not None
    left = key.expires_at - timezone.now()
    assert timedelta(days=89, hours=23) < left <= timedelta(days=90)


@pytest.mark.parametrize("text", ["2100-01-31", "2100-01-31T00:00", "2100-01-31T00:00+00:00"])
def test_an_end_as_a_date_or_a_time(text: str):
    create("--scope", "read", "--expires", text)

    key = ApiKey.objects.get()
    assert key.expires_at is not None
    assert key.expires_at.isoformat() == "2100-01-31T00:00:00+00:00"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--scope", "root"], "invalid choice: 'root'"),
        ([], "the following arguments are required: --scope"),
        (["--scope", "read", "--expires", "soon"], "'soon' is no time. Write 90d, 2027-01-31"),
        (["--scope", "read", "--expires", "2027-02-30"], "'2027-02-30' is no time."),
        (["--scope", "read", "--expires", "2020-01-01"], "2020-01-01 is over."),
        (["--scope", "read", "--expires", "99999d"], "'99999d' is no time."),
        (["--scope", "read", "--expires", "0d"], "0d is over."),
        (["--scope", "read", "--per-minute", "0"], "'0' is no number of requests"),
        (["--scope", "read", "--per-day", "many"], "'many' is no number of requests"),
    ],
)
def test_what_makes_no_key(options: list[str], told: str):
    with pytest.raises(CommandError, match=told.replace("(", r"\(")):
        create(*options)

    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_a_name_that_is_none(name: str):
    with pytest.raises(CommandError, match=r"blank|at most 100 characters"):
        run("create", name, "--scope", "read")


def test_a_name_is_given_once():
    create("--scope", "read")

    with pytest.raises(CommandError, match="There is a key named 'Mobile app'"):
        create("--scope", "read")


def test_the_list_tells_all_but_the_secret():
    secret = create("--scope", "read", "--per-day", "1000")
    key = ApiKey.objects.get()

    table, _ = run("list")
    listed = json.loads(run("list", "--json")[0])

    assert f"lk_{key.prefix}_…" in table
    assert secret[12:] not in table + str(listed)
    assert listed == {
        "keys": [
            {
                "prefix": key.prefix,
                "name": "Mobile app",
                "state": "usable",
                "scopes": ["read"],
                "per_minute": None,
                "per_day": 1_000,
                "created_at": key.created_at.isoformat(),
                "expires_at": None,
                "revoked_at": None,
                "last_used_at": None,
            }
        ]
    }


@pytest.mark.parametrize("by", ["prefix", "shown", "whole", "name"])
def test_a_key_is_revoked_by_whatever_names_it(by: str):
    secret = create("--scope", "read")
    key = ApiKey.objects.get()
    names: dict[str, Any] = {"prefix": key.prefix, "shown": key.shown, "whole": secret}

    told, _ = run("revoke", names.get(by, key.name))

    assert told == f"Mobile app ({key.shown}) is revoked.\n"
    assert not ApiKey.objects.usable().exists()
    with pytest.raises(CommandError, match="was revoked before"):
        run("revoke", key.prefix)


def test_no_such_key():
    with pytest.raises(CommandError, match=r"There is no such key\. `manage.py api_key list`"):
        run("revoke", "nothing")
