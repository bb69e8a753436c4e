"""A request for the shell."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

from search.api.snippets.snippet import NDJSON, PHOTO, Snippet


def render(asked: Snippet) -> str:
    sends = (asked.json, asked.form, asked.lines) != (None, None, None)
    implied = "POST" if sends else "GET"
    method = "" if asked.method == implied else f"-X {asked.method} "
    lines = [
        f'curl {method}"$SHOP/api/v1/{asked.path}"',
        '-H "Authorization: Bearer $KEY"',
        *(f"-H {_quoted(f'{name}: {value}')}" for name, value in asked.headers.items()),
    ]
    if asked.json is not None:
        lines.append(f"--json {_quoted(json.dumps(asked.json))}")
    if asked.form is not None:
        lines.append(f"-F image=@{PHOTO}")
        lines += [f"-F {_quoted(f'{name}={_text(each)}')}" for name, each in asked.form.items()]
    if asked.lines is not None:
        lines.append(f"-H 'Content-Type: {NDJSON}'")
        lines.append(f"--data-binary {_quoted(chr(10).join(map(json.dumps, asked.lines)))}")
    return " \\\n  ".join(lines)


def _quoted(text: str) -> str:
    """In double quotes where the shell is to fill in a name."""
    if "$" not in text:
        return shlex.quote(text)
    return '"' + re.sub(r'(["\\`])', r"\\\1", text) + '"'


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict | bool) else str(value)
