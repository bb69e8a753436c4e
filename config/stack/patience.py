"""How long a thread waits for what a client sends, however it drips in.

Gunicorn reads on for as long as there is a byte now and then: as many clients as there are threads,
each sending one a second, would hold them all for hours. A proxy that buffers requests spares us
that; this is for shops without one.
"""

from __future__ import annotations

import errno
import select
import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.http import get_parser
from gunicorn.workers.gthread import ThreadWorker

from config.stack.cores import whole_number

# So long may one wait, and all of a request's waits together; what comes meanwhile makes up for
# them at that rate, as with Apache's mod_reqtimeout. A photo takes a minute over a poor line.
SECONDS = whole_number("SLOW_CLIENT_SECONDS", 20)
LEAST_BYTES_PER_SECOND = 500
# How long a client that was refused early may go on to send what nobody reads, and how much.
LINGER_SECONDS = 2.0
LINGER_BYTES = 64 * 2**20
PIECE = 256 * 2**10


class TooSlow(TimeoutError):
    """The client's time is up. Gunicorn takes it for a connection that the client has reset, and
    says nothing of it: anybody can bring it about as often as he likes."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "The request came too slowly.")


class PatientWorker(ThreadWorker):
    """Gunicorn's worker with threads, which reads a request's head and body with patience, and
    hangs up in the thread that answered.

    Gunicorn 27 does so in the one thread that takes connections, and waits there until the client
    has closed its end, two seconds at most: one that doesn't stops a whole process for so long, and
    each client on a slow line for as long as a packet travels.
    """

    def handle(self, conn: Any) -> Any:
        if conn.parser is None and not conn.cfg.is_ssl:
            conn.parser = get_parser(conn.cfg, Line(conn.sock), conn.client)
        line = conn.parser and conn.parser.unreader.sock
        if isinstance(line, Line):
            line.begin()
        kept = super().handle(conn)
        if not kept and conn.parser is not None and not conn.is_http2:
            _hang_up(conn)
        return kept


def _hang_up(conn: Any) -> None:
    """What is left to the loop then ends at once. Waiting has a purpose only where a body is still
    on its way: else the kernel breaks the connection, and with it the answer that refused it."""
    with suppress(OSError):
        conn.sock.shutdown(socket.SHUT_WR)
    until = time.monotonic() + LINGER_SECONDS
    with suppress(OSError):
        if not _all_read(conn, until):
            _discard(conn.sock, until)
    with suppress(OSError):
        conn.sock.shutdown(socket.SHUT_RDWR)


def _all_read(conn: Any, until: float) -> bool:
    """Whether the whole body is here, less a short rest of it that is read now."""
    try:
        return bool(conn.parser.finish_body(deadline=until))
    except Exception:  # noqa: BLE001 - whatever is wrong with a body that nobody reads
        return False


def _discard(sock: socket.socket, until: float) -> None:
    """Take what comes until the client has ended, or has had its time: in large pieces, where
    gunicorn's parser takes a kilobyte at a time, and two seconds of CPU for a body at the cap."""
    taken, piece = 0, bytearray(PIECE)
    while taken < LINGER_BYTES and (left := until - time.monotonic()) > 0:
        sock.settimeout(left)
        count = sock.recv_into(piece)
        if not count:
            return
        taken += count


class Line:
    """What gunicorn's parser reads of a connection. A view that sets a timeout on the socket itself
    has the say."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._readable = select.poll()
        self._readable.register(sock, select.POLLIN)
        self._timeout: float | None = None
        self._until = 0.0
        self.begin()

    def begin(self) -> None:
        """A new request."""
        self._patience = float(SECONDS)

    def recv(self, size: int) -> bytes:
        """Up to `size` bytes. Raises TooSlow."""
        if self._timeout is None and self._sock.gettimeout() is not None:
            return self._sock.recv(size)
        began = time.monotonic()
        left = self._patience
        if self._timeout is not None:
            left = min(left, self._until - began)
        if left <= 0 or not self._readable.poll(left * 1000):
            raise TooSlow
        piece = self._sock.recv(size)
        # Nobody saves up: what came at once would else buy hours of a byte now and then.
        earned = len(piece) / LEAST_BYTES_PER_SECOND - (time.monotonic() - began)
        self._patience = min(SECONDS, self._patience + earned)
        return piece

    def gettimeout(self) -> float | None:
        return self._timeout

    def settimeout(self, seconds: float | None) -> None:
        """For all that follows together, where a socket would begin anew with every byte: so
        gunicorn bounds how long it reads what nobody wants."""
        self._timeout = seconds
        self._until = time.monotonic() + (seconds or 0.0)
