"""A request with `fetch`, for browsers and Node."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from search.api.snippets.snippet import NDJSON, Snippet

WIDTH = 80
PHOTO = """\
// photo: a File that somebody chose; in Node: new Blob([await readFile("photo.jpg")])
const form = new FormData();
form.append("image", photo);"""
REFUSED = "if (!response.ok) throw new Error((await response.json()).error.message);"


def render(asked: Snippet) -> str:
    lines = [*_form(asked), *_fetch(asked), REFUSED]
    if asked.javascript and asked.lines is None:
        lines.append("const answer = await response.json();")
    if asked.javascript:
        lines.append(asked.javascript)
    return "\n".join(lines)


def _form(asked: Snippet) -> Iterator[str]:
    if asked.form is None:
        return
    yield PHOTO
    for name, value in asked.form.items():
        text = f"JSON.stringify({literal(value)})" if isinstance(value, dict) else literal(value)
        yield f'form.append("{name}", {text});'


def _fetch(asked: Snippet) -> Iterator[str]:
    headers = {"Authorization": "Bearer $KEY", **asked.headers}
    if asked.json is not None:
        headers["Content-Type"] = "application/json"
    if asked.lines is not None:
        headers["Content-Type"] = NDJSON
        yield "const lines = ["
        yield from (f"  {literal(each)}," for each in asked.lines)
        yield "];"
    yield f"const response = await fetch({_string(f'$SHOP/api/v1/{asked.path}')}, {{"
    if asked.method != "GET":
        yield f'  method: "{asked.method}",'
    yield f"  headers: {_within(headers)},"
    if asked.json is not None:
        yield f"  body: JSON.stringify({_within(asked.json)}),"
    if asked.form is not None:
        yield "  body: form,"
    if asked.lines is not None:
        yield '  body: lines.map((each) => JSON.stringify(each)).join("\\n"),'
    yield "});"


def literal(value: Any) -> str:
    """`value` as a person would write it in JavaScript, on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(_pair(name, each) for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return _string(value) if isinstance(value, str) else json.dumps(value)


def _within(value: Any) -> str:
    """The same inside fetch's options: a long object has a line for each of its fields."""
    whole = literal(value)
    if len(whole) <= WIDTH - 30:
        return whole
    fields = "".join(f"    {_pair(name, each)},\n" for name, each in value.items())
    return f"{{\n{fields}  }}"


def _pair(name: str, value: Any) -> str:
    key = name if re.fullmatch(r"\w+", name) else json.dumps(name)
    return f"{key}: {literal(value)}"


def _string(text: str) -> str:
    """A template where it names what the reader has: `$SHOP` becomes `${SHOP}`."""
    filled = re.sub(r"\$([A-Z_]+)", r"${\1}", text)
    return json.dumps(text, ensure_ascii=False) if filled == text else f"`{filled}`"
