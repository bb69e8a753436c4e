"""`python -m config.stack up|servers|exec`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import environ

from config.stack.errors import AlreadyOwned, StackError
from config.stack.execute import execute
from config.stack.leases import serve_leases
from config.stack.paths import CHECKOUT, data_folder, lay_out
from config.stack.up import up

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one of the commands; the exit code, 1 after a sentence on stderr."""
    environ.Env.read_env(CHECKOUT / ".env")
    options = _parser().parse_args(arguments)
    try:
        return _dispatch(options)
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 0 if options.command == "up" else INTERRUPTED


def _dispatch(options: argparse.Namespace) -> int:
    data = options.data or data_folder()
    if options.command == "up":
        up(data, host=options.host, port=options.port)
    elif options.command == "servers":
        try:
            serve_leases(lay_out(data))
        except AlreadyOwned:
            return 0  # two commands started servers at once; the others' will do
    elif options.command == "exec":
        return execute(options.argv, data=data, ephemeral=options.ephemeral)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m config.stack", description=__doc__)
    parser.add_argument("--data", type=_folder, help="data folder (default: $DATA or .data)")
    commands = parser.add_subparsers(dest="command", required=True)
    add_up_arguments(commands.add_parser("up", help="run the whole shop"))
    commands.add_parser("servers", help="run Postgres and Redis while commands need them")
    run = commands.add_parser("exec", help="run a command with servers under it")
    run.add_argument("--ephemeral", action="store_true", help="fresh servers, removed afterwards")
    run.add_argument("argv", nargs="+", metavar="COMMAND")
    return parser


def add_up_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `up`, which `manage.py up` takes too."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = os.environ.get("PORT") or "8000"
    parser.add_argument("--host", default=host, help="address to listen on (%(default)s)")
    parser.add_argument("--port", default=port, type=_port, help="port to listen on (%(default)s)")


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


if __name__ == "__main__":
    sys.exit(main())
