"""docs/webhooks.md is true: its snippets tell right messages from wrong ones, its tables agree."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from search.services import webhooks
from search.services.webhooks import claims
from search.webhooks import EVENTS, make_secret, sign
from tests.factories import make_product
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Receiver

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
BODY = '{"type":"ping","sku":"Größe 7"}'.encode()
SECRET = make_secret()
NODE = shutil.which("node") or "node"
# As with Chromium: where there is none the tests say so, and in CI they fail.
NEEDS_NODE = pytest.mark.skipif(
    shutil.which("node") is None and not os.environ.get("CI"),
    reason="Get it: apt-get install nodejs",
)


def snippet(language: str) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def in_python(secret: str, headers: dict[str, str], body: bytes) -> bool:
    page = ModuleType("page")
    exec(snippet("python"), page.__dict__)  # noqa: S102 - what the page tells people to run
    return bool(page.verify(secret, headers, body))


def in_javascript(secret: str, headers: dict[str, str], body: bytes) -> bool:
    given = json.dumps([secret, headers, body.hex()])
    program = (
        f"{snippet('javascript')}\nconst [secret, headers, body] = {given};\n"
        'console.log(verify(secret, headers, Buffer.from(body, "hex")));'
    )
    done = subprocess.run(
        [NODE, "--input-type=module", "-"], input=program, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return {"true": True, "false": False}[done.stdout.strip()]


@pytest.fixture(params=[in_python, pytest.param(in_javascript, marks=NEEDS_NODE)])
def verify(request: pytest.FixtureRequest) -> Any:
    return request.param


def message(*, age: float = 0, keys: tuple[str, ...] = (SECRET,)) -> dict[str, str]:
    sent = int(time.time() - age)
    signature = sign(BODY, message_id="7", timestamp=sent, keys=keys)
    return {"webhook-id": "7", "webhook-timestamp": str(sent), "webhook-signature": signature}


def test_a_right_message_also_while_the_secret_changes(verify: Any):
    assert verify(SECRET, message(), BODY)
    assert verify(SECRET, message(keys=(make_secret(), SECRET)), BODY)


@pytest.mark.parametrize(
    "change", ["secret", "body", "id", "timestamp", "old", "early", "nonsense"]
)
def test_a_wrong_one(verify: Any, change: str):
    headers = message(age={"old": 301, "early": -310}.get(change, 0))
    secret, body = SECRET, BODY
    match change:
        case "secret":
            secret = make_secret()
        case "body":
            body += b" "
        case "id":
            headers["webhook-id"] = "8"
        case "timestamp":
            headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
        case "nonsense":
            headers |= {"webhook-timestamp": "soon", "webhook-signature": "v1,ü v2,x"}

    assert not verify(secret, headers, body)


@pytest.mark.django_db
def test_what_is_really_sent(verify: Any, receiver: Receiver):
    webhook = make_webhook(receiver)
    make_product()
    webhooks.deliver(seconds=60)
    [received] = receiver.received

    assert verify(webhook.secret, received.headers, received.body)


def test_every_event_is_told_of():
    assert set(re.findall(r"^\| `(\w+\.\w+)` ", PAGE, re.MULTILINE)) == set(EVENTS)


def test_the_waits_are_those_of_the_code():
    told = re.search(r"tried again after (.*?), each", PAGE, re.DOTALL)
    assert told
    units = {"s": 1, "min": 60, "h": 3600}
    waits = [int(count) * units[unit] for count, unit in re.findall(r"(\d+) (s|min|h)", told[1])]
    assert waits == [each.total_seconds() for each in claims.DELAYS]
