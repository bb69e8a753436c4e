"""`manage.py up`: from a data folder, empty or not, to a running shop."""

from __future__ import annotations

import http.client
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.stack import external, servers
from config.stack.errors import AlreadyOwned, StackError
from config.stack.leases import StackEnv, own_state
from config.stack.ownership import owned, publish
from config.stack.paths import Layout, lay_out
from config.stack.screen import Screen
from config.stack.secret_files import kept_secret
from config.stack.services import services
from config.stack.setup import (
    COLLECT_STATIC,
    MIGRATE,
    Admin,
    collect_static,
    ensure_admin,
    fill,
    run_step,
)
from config.stack.supervisor import Supervisor, interruptible

SECONDS_FOR_WEB = 60.0
WATCH_SECONDS = 0.2


def up(data: Path, *, host: str, port: int) -> None:
    """Run the whole stack until interrupted. Raises StackError with one clear sentence."""
    screen = Screen()
    layout = lay_out(data)
    with ExitStack() as stack:
        stack.enter_context(interruptible())
        stack.enter_context(_sole_owner(layout, screen))
        require_free(host, port)
        external.check(servers.given())
        supervisor = Supervisor(tell=screen.warn)
        stack.callback(_stop, supervisor, screen)
        with screen.step("Start Postgres and Redis"):
            addresses = servers.start(layout, supervisor, servers.given())
        address = _address(host, port)
        publish(layout, own_state("up", addresses, supervisor.pids(), address))
        admin = _open_shop(layout, supervisor, screen, addresses, host=host, port=port)
        publish(layout, own_state("up", addresses, supervisor.pids(), address))
        screen.ready(address, admin, logs=layout.logs)
        while True:
            if supervisor.check():
                publish(layout, own_state("up", addresses, supervisor.pids(), address))
            time.sleep(WATCH_SECONDS)


def _open_shop(
    layout: Layout,
    supervisor: Supervisor,
    screen: Screen,
    addresses: servers.Addresses,
    *,
    host: str,
    port: int,
) -> Admin:
    """Set everything up and start the web server and the workers; they answer afterwards."""
    environment = _environment(layout, addresses, host)
    with screen.step(MIGRATE.title):
        run_step(MIGRATE, layout, environment)
    with screen.step(COLLECT_STATIC.title):
        collect_static(layout, environment)
    for step in fill(environment):
        with screen.step(step.title, speaks=step.speaks):
            run_step(step, layout, environment)
    for service in services(layout, environment, bind=f"{_in_url(host)}:{port}"):
        supervisor.start(service)
    with screen.step("Start the web server and the workers"):
        supervisor.wait_until(
            lambda: _healthy(host, port, called=a_host_of(environment["ALLOWED_HOSTS"])),
            name="web",
            seconds=SECONDS_FOR_WEB,
            pause=0.2,
        )
    return ensure_admin(layout, environment)


def require_free(host: str, port: int) -> None:
    """Raise StackError where nothing could listen on that address."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise StackError(
            f"Port {port} of {host} cannot be used ({why}): stop the program that uses it, "
            f"or choose another with make run PORT={port + 1}."
        ) from error


@contextmanager
def _sole_owner(layout: Layout, screen: Screen) -> Iterator[None]:
    """Own the folder; servers that a command started for its own time are waited for."""
    told = False
    while True:
        try:
            with owned(layout, "up"):
                yield
                return
        except AlreadyOwned as holder:
            if holder.kind != "servers":
                raise
            if not told:
                screen.say(
                    f"A manage.py command is using {layout.data}: waiting until it has ended "
                    "(Ctrl-C to give up)."
                )
                told = True


def _environment(layout: Layout, addresses: servers.Addresses, host: str) -> dict[str, str]:
    secret_key = os.environ.get("SECRET_KEY") or kept_secret(layout.data / "secret_key")
    env = StackEnv(layout.data, addresses.database_url, addresses.redis_url, secret_key)
    hosts = ["localhost", "127.0.0.1", "[::1]", _in_url(host), socket.gethostname()]
    return {
        "ALLOWED_HOSTS": ",".join(dict.fromkeys(hosts)),
        **os.environ,
        **env.variables(),
        "PYTHONUNBUFFERED": "1",
    }


def a_host_of(allowed_hosts: str) -> str:
    """A name that the shop answers to; `.shop.example` and `*` are patterns, not names."""
    first = allowed_hosts.partition(",")[0].strip().lstrip(".")
    return "localhost" if first in {"", "*"} else first


def _healthy(host: str, port: int, *, called: str) -> bool:
    """Whether the shop answers there when asked under the name `called`."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - nothing binds
    connection = http.client.HTTPConnection(target, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": called})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _address(host: str, port: int) -> str:
    return f"http://{_in_url(host)}:{port}"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _stop(supervisor: Supervisor, screen: Screen) -> None:
    with screen.step("Stop"):
        supervisor.stop()
