"""The bootstrap as make runs it: a script for a Python with nothing installed."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack.helpers import CHECKOUT

BOOTSTRAP = CHECKOUT / "config" / "stack" / "bootstrap.py"
BASE_PYTHON = Path(sys.base_prefix, "bin", "python3")

needs_ensurepip = pytest.mark.skipif(
    importlib.util.find_spec("ensurepip") is None, reason="this Python has no ensurepip"
)


def bootstrap(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [BASE_PYTHON, "-I", BOOTSTRAP, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text("# nothing but comments\n")
    return path


@needs_ensurepip
def test_an_environment_is_made_once_and_mended_when_cut_short(tmp_path: Path, requirements: Path):
    venv = tmp_path / "venv"

    made = bootstrap("--venv", venv, requirements)
    again = bootstrap("--venv", venv, requirements)
    (venv / "bin" / "python").unlink()
    mended = bootstrap("--venv", venv, requirements)

    assert (made.returncode, again.returncode, mended.returncode) == (0, 0, 0)
    assert "Making a virtual environment" in made.stderr
    assert again.stdout + again.stderr == ""
    assert "Making a virtual environment" in mended.stderr
    assert list(json.loads((venv / "lookalike-requirements.json").read_text())) == [
        "requirements.txt"
    ]


def test_a_folder_that_is_no_environment_is_left_alone(tmp_path: Path, requirements: Path):
    precious = tmp_path / "venv" / "precious"
    precious.parent.mkdir()
    precious.write_text("mine")

    done = bootstrap("--venv", precious.parent, requirements)

    assert done.returncode == 1
    assert precious.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_checkout_that_cannot_be_written_is_named(tmp_path: Path, requirements: Path):
    tmp_path.chmod(0o500)

    done = bootstrap("--venv", tmp_path / "venv", requirements)

    assert done.returncode == 1
    assert done.stderr.startswith(f"The folder {tmp_path} cannot be written")


def test_a_program_that_is_missing_and_may_not_be_installed_is_named(
    tmp_path: Path, requirements: Path
):
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    (venv / "lookalike-requirements.json").write_text(json.dumps({requirements.name: digest}))
    command = [BASE_PYTHON, "-I", BOOTSTRAP, "--venv", venv, requirements]
    programs = ["--program", "node", "--program", "chromium"]

    done = subprocess.run(
        [*command, *programs], env={"PATH": "/nowhere"}, capture_output=True, text=True
    )

    assert done.returncode == 0
    assert "Not found: node, chromium." in done.stderr
    assert "apt-get install nodejs chromium\nor name a Chromium of your own" in done.stderr
