"""One POST to real servers that behave well, badly, or not at all."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from search.webhooks import Answer, Failure, Policy, Poster
from search.webhooks.posting import MAX_ANSWER
from tests.webhooks.receivers import (
    Handler,
    Receiver,
    answer,
    make_certificate,
    open_receiver,
    open_socket,
    until,
)

OWN = Policy(allow_http=True, allowed=(ip_network("127.0.0.0/8"), ip_network("::1/128")))


def post(url: str, *, policy: Policy = OWN, seconds: float = 10) -> Answer:
    return Poster(policy, seconds=seconds).post(url, b'{"a":1}', {"webhook-id": "7"})


def outcome(found: Answer) -> tuple[int | None, str, Failure | None]:
    return found.status, found.body, found.failure


def test_a_message_as_it_arrives(receiver: Receiver):
    found = post(f"{receiver.url}?shop=1")

    assert outcome(found) == (200, "thanks", None)
    assert found.delivered
    [message] = receiver.received
    assert (message.path, message.body) == ("/hooks?shop=1", b'{"a":1}')
    assert message.headers == {
        "host": f"localhost:{receiver.port}",
        "user-agent": "Lookalike-Webhooks/1",
        "content-type": "application/json",
        "content-length": "7",
        "accept": "*/*",
        "accept-encoding": "identity",
        "connection": "close",
        "webhook-id": "7",
    }


def test_a_refused_target_gets_no_connection(receiver: Receiver):
    found = post(receiver.url, policy=Policy(allow_http=True))

    assert found.failure is Failure.REFUSED
    assert found.detail in {"private:127.0.0.1", "private:::1"}
    assert receiver.received == []


def test_the_connection_goes_to_the_checked_address_whatever_the_name_says_later(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    """DNS rebinding: the first answer is admitted, every later one leads elsewhere."""
    real, asked = socket.getaddrinfo, []

    def rebinding(host: str, *args: Any, **options: Any) -> Any:
        if host != "rebinding.example":
            return real(host, *args, **options)
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    found = post(f"http://rebinding.example:{receiver.port}/")

    assert outcome(found) == (200, "thanks", None)
    assert receiver.received[0].headers["host"] == f"rebinding.example:{receiver.port}"
    assert len(asked) == 1


def test_a_redirect_is_an_answer_and_not_a_way(receiver: Receiver):
    receiver.behave = lambda handler: answer(
        handler, 302, Location="http://169.254.169.254/latest/meta-data/"
    )

    found = post(receiver.url)

    assert (found.status, found.location) == (302, "http://169.254.169.254/latest/meta-data/")
    assert not found.delivered
    assert len(receiver.received) == 1


def test_a_location_of_any_bytes_can_be_stored(receiver: Receiver):
    receiver.behave = lambda handler: answer(handler, 302, Location="/a\0b\xff" + "x" * 1000)

    found = post(receiver.url)

    assert "\0" not in found.location
    assert len(found.location) == 300


def test_an_endless_answer_is_read_no_further_than_it_is_kept(receiver: Receiver):
    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 1000)

    receiver.behave = endless

    assert outcome(post(receiver.url)) == (200, "x" * MAX_ANSWER, None)


def test_an_answer_that_is_no_text(receiver: Receiver):
    receiver.behave = lambda handler: answer(handler, 500, b"\xff\x00ok")

    assert outcome(post(receiver.url)) == (500, "\ufffdok", None)


def test_a_late_body_makes_no_failure_of_a_status(receiver: Receiver):
    released = Event()

    def slow(handler: Handler) -> None:
        handler.send_response(204)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"so far")
        released.wait(30)

    receiver.behave = slow
    receiver.status = 200
    found = post(receiver.url, seconds=0.3)
    released.set()

    assert found.status == 204
    assert found.delivered


def test_no_answer_in_time(receiver: Receiver):
    released = Event()
    receiver.behave = until(released)

    found = post(receiver.url, seconds=0.2)
    released.set()

    assert outcome(found) == (None, "", Failure.TIMEOUT)


def test_a_byte_now_and_then_wins_no_time():
    """Each read would be in time; all of them together are not."""
    done = Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(10_000)
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000:
            if done.wait(0.02):
                return
            connection.sendall(bytes([letter]))

    with open_socket(drip) as port:
        found = post(f"http://127.0.0.1:{port}/", seconds=0.4)
        done.set()

    assert outcome(found) == (None, "", Failure.TIMEOUT)


def test_who_connects_and_says_nothing():
    done = Event()
    with open_socket(lambda _connection: bool(done.wait(30))) as port:
        found = post(f"https://127.0.0.1:{port}/", seconds=0.2)
        done.set()

    assert found.failure is Failure.TIMEOUT


def test_a_closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

    found = post(f"http://127.0.0.1:{port}/")

    assert (found.failure, found.detail) == (Failure.UNREACHABLE, "Connection refused")


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        (b"", Failure.UNREACHABLE),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Failure.PROTOCOL),
        (b"HTTP/1.1 two hundred\r\n\r\n", Failure.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\n" + b"x" * 70_000, Failure.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200, Failure.PROTOCOL),
    ],
)
def test_what_is_no_http(said: bytes, failure: Failure):
    def talk(connection: socket.socket) -> None:
        connection.recv(10_000)
        connection.sendall(said)

    with open_socket(talk) as port:
        found = post(f"http://127.0.0.1:{port}/")

    assert (found.status, found.failure) == (None, failure)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"), "localhost")


@pytest.fixture
def secure(certificate: Path) -> Iterator[Receiver]:
    with open_receiver(certificate=certificate) as opened:
        yield opened


def test_a_certificate_that_is_trusted(
    secure: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("certificate.pem")))

    assert outcome(post(secure.url)) == (200, "thanks", None)
    [message] = secure.received
    assert message.headers["host"] == f"localhost:{secure.port}"


def test_a_certificate_that_nobody_vouches_for(secure: Receiver):
    found = post(secure.url)

    assert found.failure is Failure.TLS
    assert "self-signed certificate" in found.detail
    assert secure.received == []


def test_a_certificate_of_another_name(
    secure: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch
):
    """The name is what is checked, though the connection goes to an address."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("certificate.pem")))

    found = post(f"https://127.0.0.1:{secure.port}/")

    assert found.failure is Failure.TLS
    assert "certificate is not valid for" in found.detail or "mismatch" in found.detail
    assert secure.received == []


def test_https_to_a_server_that_speaks_http(receiver: Receiver):
    found = post(receiver.url.replace("http://", "https://"))

    assert found.failure is Failure.TLS
    assert receiver.received == []


def test_old_versions_of_tls_are_not_spoken():
    assert Poster(OWN)._trust.minimum_version >= ssl.TLSVersion.TLSv1_2
