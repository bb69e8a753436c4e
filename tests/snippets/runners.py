"""Runs a snippet as somebody would who copied it: in a shell, in Python, in Node, in a browser."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page

Runner = Callable[[str, Mapping[str, str], Path], None]
CLIENT = Path(__file__).parents[2] / "clients" / "python" / "src"
HOW_TO_GET_THEM = "The snippets need curl 7.82 and Node 18.18 or later: apt-get install curl nodejs"
NODE_HAS = """\
import {{ readFile }} from "node:fs/promises";
Object.assign(globalThis, {given}, {{ photo: new Blob([await readFile("photo.jpg")]) }});
"""
BROWSER_HAS = """([given, photo]) => {
  const bytes = Uint8Array.from(atob(photo), (each) => each.charCodeAt(0));
  Object.assign(window, given, { photo: new File([bytes], "photo.jpg", { type: "image/jpeg" }) });
}"""


def program(name: str) -> str:
    """Where it lies. Without it the test is skipped; in CI it fails."""
    found = shutil.which(name)
    if not found and not os.environ.get("CI"):
        pytest.skip(HOW_TO_GET_THEM)
    assert found, HOW_TO_GET_THEM
    return found


def in_shell(source: str, given: Mapping[str, str], folder: Path) -> None:
    program("curl")
    _run([program("sh"), "-c", f"set -e\n{source}"], folder, given)


def in_python(source: str, given: Mapping[str, str], folder: Path) -> None:
    environment = {**given, "PYTHONPATH": str(CLIENT)}
    _run([sys.executable, "-W", "error", "-c", source], folder, environment)


def in_node(source: str, given: Mapping[str, str], folder: Path) -> None:
    (folder / "given.mjs").write_text(NODE_HAS.format(given=json.dumps(dict(given))))
    node = [program("node"), "--import", "./given.mjs", "--input-type=module", "-e", source]
    _run(node, folder, {})


def in_browser(page: Page) -> Runner:
    def run(source: str, given: Mapping[str, str], folder: Path) -> None:
        page.goto(given["SHOP"] + "/healthz")
        photo = base64.b64encode((folder / "photo.jpg").read_bytes()).decode()
        page.evaluate(BROWSER_HAS, [dict(given), photo])
        page.evaluate(f"(async () => {{\n{source}\n}})()")

    return run


def _run(command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
