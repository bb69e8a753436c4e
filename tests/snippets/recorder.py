"""A proxy that writes down what went through it, so that a test sees what a program really sent."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

NDJSON = "application/x-ndjson"
OF_ONE_CONNECTION = {"connection", "transfer-encoding", "keep-alive"}


@dataclass(frozen=True)
class Exchange:
    """A request as it arrived, and its answer."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Message
    sent: bytes
    status: int
    answer_headers: Message
    answered: bytes

    def body(self) -> Any:
        """What was sent, as values: JSON, its lines, or a form with its JSON and its files read."""
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("multipart/"):
            whole = b"Content-Type: " + kind.encode() + b"\r\n\r\n" + self.sent
            return dict(map(_part, BytesParser().parsebytes(whole).get_payload()))
        if kind == NDJSON:
            return [json.loads(line) for line in self.sent.splitlines()]
        return _value(self.sent)

    def answer(self) -> bytes:
        """What was answered, unpacked."""
        packed = self.answer_headers.get("Content-Encoding") == "gzip"
        return gzip.decompress(self.answered) if packed else self.answered


def _part(part: Message) -> tuple[str, Any]:
    name = str(part.get_param("name", header="content-disposition"))
    content = part.get_payload(decode=True)
    return name, content if part.get_filename() else _value(content)


def _value(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.decode()


class _Recorder(BaseHTTPRequestHandler):
    server: _Server

    def answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        onward = http.client.HTTPConnection(self.server.target, timeout=60)
        # The Host stays: addresses in answers then lead through here again.
        onward.request(self.command, self.path, sent or None, dict(self.headers))
        response = onward.getresponse()
        answered = response.read()
        onward.close()
        parts = urlsplit(self.path)
        self.server.seen.append(
            Exchange(
                method=self.command,
                path=parts.path,
                query=sorted(parse_qsl(parts.query)),
                headers=self.headers,
                sent=sent,
                status=response.status,
                answer_headers=response.headers,
                answered=answered,
            )
        )
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in OF_ONE_CONNECTION:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answered)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - http.server's names


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Recorder)
        self.target = target
        self.seen: list[Exchange] = []


@contextmanager
def recorded(url: str) -> Iterator[tuple[str, list[Exchange]]]:
    """The address of a proxy to `url`, and what went through it."""
    with _Server(urlsplit(url).netloc) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", server.seen
        finally:
            server.shutdown()
            thread.join()
