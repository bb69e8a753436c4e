"""A real HTTP server that answers just what a test has written down, down to the broken byte."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import Any

SLOWLY = b"<one byte of this answer a time>"
NEVER = b"<no answer at all>"


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    target: str
    headers: Message
    body: bytes


@dataclass
class Script:
    """The answers to give, one a connection, and the requests that came."""

    url: str = ""
    answers: list[bytes] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def will(self, *answers: bytes) -> None:
        self.answers += answers


def answer(
    status: int = 200,
    body: Any = None,
    *,
    kind: str = "application/json",
    length: int | None = None,
    **headers: str,
) -> bytes:
    """An HTTP answer as bytes; `length` may lie. `Retry_After="0"` becomes Retry-After."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {
        "Content-Type": kind,
        "Content-Length": str(len(content) if length is None else length),
        "Connection": "close",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"HTTP/1.1 {status} told", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode() + content


def refusal(status: int, code: str, **headers: str) -> bytes:
    """An error in the API's one shape."""
    error = {"code": code, "message": "Told so.", "field": "sku", "request_id": "its-own-id"}
    return answer(status, {"error": error}, **headers)


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        script = self.server.script
        method, target, _ = self.rfile.readline().decode().split(" ", 2)
        head = b"".join(iter(self.rfile.readline, b"\r\n"))
        headers = BytesParser().parsebytes(head)
        body = self.rfile.read(int(headers.get("Content-Length", 0)))
        script.seen.append(Seen(method, target, headers, body))
        self._say(script, script.answers.pop(0))

    def _say(self, script: Script, said: bytes) -> None:
        if said == NEVER:
            script.over.wait()
        elif said.startswith(SLOWLY):
            for byte in said.removeprefix(SLOWLY):
                self.wfile.write(bytes([byte]))
                if script.over.wait(0.01):
                    return
        else:
            self.wfile.write(said)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The client hung up, as some tests want it to."""


@contextmanager
def scripted() -> Iterator[Script]:
    script = Script()
    with _Server(script) as server:
        script.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield script
        finally:
            script.over.set()
            server.shutdown()
            thread.join()
