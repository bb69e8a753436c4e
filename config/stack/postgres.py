"""The embedded Postgres: made once, configured at every start, checked before it is trusted."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

from config.stack import cores, tuning
from config.stack.errors import StackError
from config.stack.leftovers import wait_until_unused
from config.stack.paths import Layout
from config.stack.privileges import Account, invoking_user, private_folder
from config.stack.process import Service, server_environment, start_mortal

ESSENTIAL = ("PG_VERSION", "base", "global/pg_control", "pg_wal", "pg_xact")
PORT = 5432  # only a part of the socket's name


def service(layout: Layout, programs: Path, *, durable: bool) -> Service:
    """`postgres` on the layout's cluster, which is initialised first where there is none."""
    if not layout.postgres.exists():
        _initialise(layout, programs, durable=durable)
    _check(layout.postgres, programs)
    _clear_leftovers(layout)
    configuration = _configure(layout, durable=durable)
    return Service(
        name="postgres",
        title="Postgres",
        argv=(
            str(programs / "postgres"),
            *("-D", str(layout.postgres), "-c", f"config_file={configuration}"),
        ),
        log=layout.logs / "postgres.log",
        environment=server_environment(),
        account=layout.account,
        stop_signals=(signal.SIGINT, signal.SIGQUIT),
        death_signal=signal.SIGINT,
        stop_round=1,
    )


def _initialise(layout: Layout, programs: Path, *, durable: bool) -> None:
    """Make the cluster under another name first: a killed initdb leaves nothing half done.

    The locale provider is Postgres's own (no ICU in these binaries, and no dependence on the
    system's C library for the order of text); C.UTF-8 as LC_CTYPE lets pg_trgm see letters
    beyond ASCII, and systems without that locale fall back to C.
    """
    draft = layout.servers / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    private_folder(draft, layout.account)
    sync = "--sync-method=fsync" if durable else "--no-sync"
    for locale in ("C.UTF-8", "C"):
        complaint = _run_initdb([programs / "initdb", "-D", draft, sync], locale, layout.account)
        if not complaint:
            break
    else:
        raise StackError(
            f"The database could not be set up in {layout.servers} ({complaint}): "
            "free some space or name another folder with DATA=..., then start again."
        )
    draft.rename(layout.postgres)


def _run_initdb(initdb: list[str | Path], locale: str, account: Account | None) -> str:
    """Make a new cluster; the last line of what went wrong, "" if nothing."""
    options = ["--username=postgres", "--auth-local=peer", "--auth-host=reject", "--data-checksums"]
    options += ["--encoding=UTF8", f"--locale={locale}", "--no-instructions"]
    options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    process = start_mortal(
        [*initdb, *options],
        account=account,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=server_environment(),
        cwd="/",
    )
    said = process.communicate()[0].decode("utf-8", "replace").strip().splitlines()
    reasons = [line for line in said if "error" in line.lower() or "fatal" in line.lower()]
    return (reasons or said or ["no reason given"])[-1] if process.returncode else ""


def _check(cluster: Path, programs: Path) -> None:
    """Raise StackError where the folder is no cluster that these programs can serve."""
    missing = [name for name in ESSENTIAL if not (cluster / name).exists()]
    if missing:
        raise StackError(
            f"The database in {cluster} is broken ({', '.join(missing)} missing): restore the "
            "folder from a backup, or move it away to start with an empty shop."
        )
    made_by = (cluster / "PG_VERSION").read_text().strip()
    shown = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    ours = shown.stdout.split()[-1].partition(".")[0]
    if made_by != ours:
        raise StackError(
            f"The database in {cluster} was made by PostgreSQL {made_by or '(empty PG_VERSION)'}, "
            f"and this is {ours}: restore a pg_dump of it into a new data folder (DATA=...)."
        )


def _clear_leftovers(layout: Layout) -> None:
    """Wait for the last Postgres on this cluster to leave, and remove a lock file that lies.

    Postgres trusts the process id in its lock files: one that was given to another program since
    keeps it from starting. We own the data folder, so what counts is who works in the cluster.
    """
    wait_until_unused(layout.postgres, programs=("postgres",))
    socket_lock = layout.sockets() / f".s.PGSQL.{PORT}.lock"
    for lock in (layout.postgres / "postmaster.pid", socket_lock):
        if _names_a_living_process(lock):
            lock.unlink()


def _names_a_living_process(lock: Path) -> bool:
    try:
        pid = int(lock.read_text().split(maxsplit=1)[0])
        os.kill(abs(pid), 0)
    except PermissionError:
        return True
    except (OSError, ValueError, IndexError):
        return False
    return True


def _configure(layout: Layout, *, durable: bool) -> Path:
    """Write the three configuration files beside the cluster, not into its user's folder."""
    files = {name: layout.servers / f"postgres.{name}" for name in ("conf", "hba", "ident")}
    owners = {invoking_user(), layout.account.name if layout.account else invoking_user()}
    files["ident"].write_text("".join(f'owner "{name}" "postgres"\n' for name in sorted(owners)))
    # The superuser is whoever owns the files anyway; the application knows a password.
    files["hba"].write_text("local all postgres peer map=owner\nlocal all all scram-sha-256\n")
    values = {
        "listen_addresses": "",
        "unix_socket_directories": _listed(layout.sockets()),
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "hba_file": str(files["hba"]),
        "ident_file": str(files["ident"]),
        "password_encryption": "scram-sha-256",
        "max_connections": str(tuning.connections(cores.web_processes(), cores.web_threads())),
        "jit": "off",  # compiling costs more than these short queries take
        "random_page_cost": "1.1",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "default_text_search_config": "pg_catalog.english",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %u@%d ",
        "log_min_duration_statement": "1s",
        **tuning.settings(tuning.total_memory(), durable=durable),
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items()]
    lines.append(f"include_if_exists = {_quoted(str(layout.servers / 'postgres.local.conf'))}")
    files["conf"].write_text("# Written at every start; put changes into postgres.local.conf.\n")
    with files["conf"].open("a") as conf:
        conf.write("\n".join(lines) + "\n")
    for path in files.values():
        path.chmod(0o644)  # no secrets in them, and the servers' user must read them
    return files["conf"]


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _listed(folder: Path) -> str:
    """One entry of a comma-separated list setting."""
    return '"' + str(folder).replace('"', '""') + '"'
