"""Makes the virtual environment and keeps it in step with the requirement files.

Run by the system's Python before anything is installed: the standard library only, one file,
imported by nobody. A second run compares a few hashes and is done. An interrupted one is taken
up again, and two at once wait for each other.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)
STAMP = "lookalike-requirements.json"
FIRST_INSTALL = """\
Installing Lookalike's packages into {venv}. The first time this fetches about 5 GB, most of it
PyTorch's CUDA build, and takes a few minutes. Without an NVIDIA card you can stop this (Ctrl-C)
and fetch far less from a CPU-only index:
    PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make run
"""
NO_VENV = """\
This Python ({python}) cannot make virtual environments. On Debian or Ubuntu:
    apt-get install python3-venv
or name another Python: make run PYTHON=/path/to/python3"""
# Programs that tests drive, and Debian's packages of them.
PACKAGES = {"chromium": "chromium", "curl": "curl", "node": "nodejs"}
MISSING = """\
Not found: {names}. What needs that will be skipped. To have it, as root:
    apt-get install {packages}"""
OWN_CHROMIUM = "or name a Chromium of your own in LOOKALIKE_CHROMIUM."


class BootstrapError(Exception):
    """One clear sentence for the person at the terminal."""


def ensure_environment(venv: Path, requirements: list[Path]) -> None:
    """Have a virtual environment at `venv` with just these requirement files installed."""
    wanted = {path.name: _digest(path) for path in requirements}
    if _is_current(venv, wanted):
        return
    with _alone(venv.parent):
        if _is_current(venv, wanted):
            return
        if not _has_pip(venv):
            _make(venv)
        _install(venv, requirements)
        stamp = venv / STAMP
        stamp.write_text(json.dumps({**_stamped(venv), **wanted}))


def ensure_programs(names: list[str]) -> None:
    """Install those of PACKAGES that are missing where we may; else say how to get them."""
    own = os.environ.get("LOOKALIKE_CHROMIUM", "")
    installable = [name for name in _missing(names) if name != "chromium" or not own]
    if installable and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        apt = ["apt-get", "-q", "-o", "Dpkg::Use-Pty=0"]
        packages = [PACKAGES[name] for name in installable]
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            if subprocess.run([*apt, *arguments], env=environment, check=False).returncode:
                break
    if missing := _missing(names):
        packages_of = " ".join(PACKAGES[name] for name in missing)
        _say(MISSING.format(names=", ".join(missing), packages=packages_of))
        if "chromium" in missing:
            _say(OWN_CHROMIUM)


def _missing(names: list[str]) -> list[str]:
    chromium = os.environ.get("LOOKALIKE_CHROMIUM") or "chromium"
    return [name for name in names if not shutil.which(chromium if name == "chromium" else name)]


def _is_current(venv: Path, wanted: dict[str, str]) -> bool:
    """Whether what was installed last is what is wanted, by a Python that is still there."""
    stamped = _stamped(venv)
    same = all(stamped.get(name) == digest for name, digest in wanted.items())
    return same and os.access(venv / "bin" / "python", os.X_OK)


def _stamped(venv: Path) -> dict[str, str]:
    try:
        found = json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder that the environment lies in."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise BootstrapError(_unwritable(folder)) from error
    if not os.access(folder, os.W_OK):
        raise BootstrapError(_unwritable(folder))
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say("Another installation is at work here; waiting for it.")
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        return  # NFS locks no folders: there two installations at once are not kept apart


def _unwritable(folder: Path) -> str:
    return (
        f"The folder {folder} cannot be written, so nothing can be installed there: run as its "
        "owner, or put the environment elsewhere with make run VENV=/some/folder DATA=/another."
    )


def _has_pip(venv: Path) -> bool:
    """Whether a usable environment is there: not one cut short, nor one whose Python has gone."""
    try:
        probe = [str(venv / "bin" / "python"), "-c", "import pip"]
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make(venv: Path) -> None:
    try:
        import ensurepip  # noqa: F401 - Debian splits it off
        import venv as venv_module  # noqa: F401
    except ImportError as error:
        raise BootstrapError(NO_VENV.format(python=sys.executable)) from error
    if venv.exists() and any(venv.iterdir()) and not (venv / "pyvenv.cfg").exists():
        raise BootstrapError(f"{venv} is there and no virtual environment: name another with VENV=")
    _say(f"Making a virtual environment in {venv} with Python {sys.version.split()[0]}.")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=False)
    if made.returncode:
        raise BootstrapError(NO_VENV.format(python=sys.executable))


def _install(venv: Path, requirements: list[Path]) -> None:
    if not _stamped(venv):
        _say(FIRST_INSTALL.format(venv=venv))
    files = [argument for path in requirements for argument in ("-r", str(path))]
    python = str(venv / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", *files]
    if subprocess.run(pip, check=False).returncode:
        raise BootstrapError(
            "pip could not install the packages (its reason is above): look to the network and "
            f"the disk ({shutil.disk_usage(venv).free // 2**30} GB free), then run the same "
            "command again; it goes on where it stopped."
        )


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> int:
    """The exit code, 1 after a sentence on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=CHECKOUT / ".venv")
    parser.add_argument(
        "--program", action="append", default=[], choices=PACKAGES, help="install it too, if we may"
    )
    parser.add_argument("requirements", nargs="*", type=Path, help="requirement files")
    options = parser.parse_args()
    if sys.version_info < OLDEST_PYTHON:
        _say("Lookalike needs Python 3.11 or later: make run PYTHON=python3.12")
        return 1
    try:
        ensure_environment(options.venv.absolute(), options.requirements)
        ensure_programs(options.program)
    except BootstrapError as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        _say("\nInterrupted; the same command goes on where this one stopped.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
