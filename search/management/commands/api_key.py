"""manage.py api_key: the keys by which programs use the API."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from search import services
from search.key_format import BRAND
from search.management.console import printer, sentences
from search.management.key_tables import as_json, print_keys
from search.models import ApiKey, Scope

DAYS = re.compile(r"(\d{1,4})d")


class Command(BaseCommand):
    help = "Makes, lists and revokes the keys by which programs use the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="a new key; it is printed once")
        create.add_argument("name", help="who uses it, and for what")
        create.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            required=True,
            help="what it may do; repeat it for more. admin is everything",
        )
        create.add_argument(
            "--expires", type=moment, help="90d, 2027-01-31 or 2027-01-31T12:00; never if left out"
        )
        create.add_argument("--per-minute", type=count, help="API_KEY_PER_MINUTE if left out")
        create.add_argument("--per-day", type=count, help="API_KEY_PER_DAY if left out")
        listed = actions.add_parser("list", help="every key, without its secret")
        listed.add_argument("--json", action="store_true", help="print JSON")
        revoke = actions.add_parser("revoke", help="the key opens nothing from now on, for good")
        revoke.add_argument("key", help="its prefix, as the list shows it, or its name")

    def handle(self, *_: Any, action: str, **options: Any) -> None:
        with sentences():
            getattr(self, f"_{action}")(**options)

    def _create(
        self,
        *,
        name: str,
        scope: list[str],
        expires: datetime | None,
        per_minute: int | None,
        per_day: int | None,
        **_: Any,
    ) -> None:
        key = ApiKey(
            name=name,
            scopes=[each for each in Scope.values if each in scope],
            expires_at=expires,
            per_minute=per_minute,
            per_day=per_day,
        )
        try:
            key.clean_fields(exclude=["prefix", "hashed_secret"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(services.issue_key(key))
        self.stderr.write(
            "This is the only time that it is shown. Programs send it as "
            "`Authorization: Bearer KEY`."
        )

    def _list(self, *, json: bool, **_: Any) -> None:
        keys = ApiKey.objects.order_by("-pk")
        if json:
            self._dump({"keys": [as_json(key) for key in keys]})
        else:
            print_keys(keys, printer(self.stdout))

    def _revoke(self, *, key: str, **_: Any) -> None:
        chosen = _find(key)
        if not services.revoke_keys([chosen]):
            raise CommandError(f"{chosen} was revoked before.")
        self.stdout.write(f"{chosen} is revoked.")

    def _dump(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def _find(text: str) -> ApiKey:
    """By the prefix, as it is or as it is shown, or by the name of one that isn't revoked."""
    prefix = text.removeprefix(f"{BRAND}_").partition("_")[0]
    found = ApiKey.objects.filter(prefix=prefix).first()
    found = found or ApiKey.objects.filter(name=text, revoked_at=None).first()
    if found is None:
        raise CommandError("There is no such key. `manage.py api_key list` shows all.")
    return found


def moment(text: str) -> datetime:
    """A time to come: days from now, a day's beginning, or a time of the shop's time zone."""
    days = DAYS.fullmatch(text)
    given = timezone.now() + timedelta(days=int(days[1])) if days else _written(text)
    if given is None:
        raise ArgumentTypeError(f"{text!r} is no time. Write 90d, 2027-01-31 or 2027-01-31T12:00.")
    aware = timezone.make_aware(given) if timezone.is_naive(given) else given
    if aware <= timezone.now():
        raise ArgumentTypeError(f"{text} is over. Choose a time that is still to come.")
    return aware


def _written(text: str) -> datetime | None:
    try:
        day = parse_date(text)
        return parse_datetime(text) if day is None else datetime.combine(day, time.min)
    except ValueError:
        return None


def count(text: str) -> int:
    """A number of requests."""
    if not text.isdecimal() or not 1 <= int(text) < 2**31:
        raise ArgumentTypeError(f"{text!r} is no number of requests, which is 1 or more.")
    return int(text)
