"""Programs that are told: real servers on this machine, with what a test wants them to do."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

Behaviour = Callable[["Handler"], None]


@dataclass
class Received:
    """One message as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event


@dataclass
class Receiver:
    """What a server got. `behave` answers; `status` is what the usual one answers with."""

    port: int = 0
    scheme: str = "http"
    status: int = 200
    behave: Behaviour | None = None
    received: list[Received] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.port}/hooks"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [each.event for each in self.received]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        mine = self.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with mine.lock:
            names = {name.lower(): value for name, value in self.headers.items()}
            mine.received.append(Received(self.path, names, body))
            mine.at_once += 1
            mine.most_at_once = max(mine.most_at_once, mine.at_once)
        self.close_connection = True
        try:
            with suppress(OSError):
                (mine.behave or plain)(self)
        finally:
            with mine.lock:
                mine.at_once -= 1

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


def plain(handler: Handler) -> None:
    answer(handler, handler.receiver.status, b"thanks")


def answer(handler: Handler, status: int, body: bytes = b"", **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def until(released: Event) -> Behaviour:
    """Answers only once `released` is set."""

    def wait(handler: Handler) -> None:
        released.wait(30)
        plain(handler)

    return wait


@contextmanager
def open_receiver(*, certificate: Path | None = None, **options: Any) -> Iterator[Receiver]:
    """A server on a free port of 127.0.0.1, over TLS where a file with certificate and key is
    given."""
    receiver = Receiver(**options)
    handler = type("Own", (Handler,), {"receiver": receiver})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        receiver.scheme = "https"
    receiver.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()


@contextmanager
def open_socket(talk: Callable[[socket.socket], object]) -> Iterator[int]:
    """A port where `talk` has the first connection to itself, without HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                connection, _address = listening.accept()
                with connection:
                    talk(connection)

        Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]


def make_certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate for `name`, with its key in the same file."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate)),
            *("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"),
        ],
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both
