from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.stack.errors import StackError
from config.stack.paths import Layout
from config.stack.process import LOG_BYTES, Service, rotate
from config.stack.supervisor import PAUSES, Supervisor
from tests.stack.helpers import alive, eventually


def make_service(layout: Layout, script: str, **overrides: Any) -> Service:
    values: dict[str, Any] = {
        "name": "probe",
        "title": "The probe",
        "argv": ("/bin/sh", "-c", script),
        "log": layout.logs / "probe.log",
        "environment": {"PATH": "/usr/bin:/bin"},
    }
    return Service(**{**values, **overrides})


def test_a_service_that_dies_is_started_again(
    layout: Layout, supervisor: Supervisor, told: list[str]
):
    supervisor.start(make_service(layout, "echo born; exec sleep 60"))
    before = supervisor.pids()["probe"]
    os.kill(before, signal.SIGKILL)

    def came_back() -> bool:
        supervisor.check()
        return supervisor.pids()["probe"] != before

    assert eventually(came_back)
    assert told == ["The probe was killed by SIGKILL; starting it again."]


def test_a_service_that_dies_again_and_again_is_given_up_with_its_last_words(
    layout: Layout, supervisor: Supervisor, monkeypatch
):
    monkeypatch.setattr("config.stack.supervisor.PAUSES", tuple(0.01 for _ in PAUSES))
    supervisor.start(make_service(layout, "echo no weights found; exit 3"))

    with pytest.raises(StackError) as gave_up:
        supervisor.wait_until(lambda: False, name="probe", seconds=20)

    first, *tail = str(gave_up.value).splitlines()
    assert first.startswith("The probe stopped 6 times in a row: its log ")
    assert tail == ["no weights found"]


def test_a_stubborn_service_is_killed(layout: Layout, supervisor: Supervisor, monkeypatch):
    monkeypatch.setattr("config.stack.supervisor.ROUND_SECONDS", (0.3, 0.3))
    script = "trap '' TERM; echo deaf; sleep 60 & wait; sleep 60"
    supervisor.start(make_service(layout, script))
    pid = supervisor.pids()["probe"]
    assert eventually(lambda: "deaf" in (layout.logs / "probe.log").read_text())

    supervisor.stop()

    assert not alive(pid)


def test_the_servers_stop_after_those_who_use_them(layout: Layout, supervisor: Supervisor):
    script = "trap 'echo {0} >> {1}; exit' TERM; echo ready; while :; do sleep 0.05; done"
    order = layout.data / "order"
    for name, stop_round in (("server", 1), ("web", 0)):
        log = layout.logs / f"{name}.log"
        service = make_service(
            layout, script.format(name, order), name=name, stop_round=stop_round, log=log
        )
        supervisor.start(service)
        assert eventually(lambda log=log: "ready" in log.read_text())

    supervisor.stop()

    assert order.read_text().split() == ["web", "server"]


def test_children_of_a_killed_parent_get_their_death_signal(layout: Layout):
    script = (
        "import sys, time; from config.stack.process import start_mortal\n"
        "print(start_mortal(['sleep', '60']).pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)

    parent.kill()
    parent.communicate()

    assert eventually(lambda: not alive(child))


def test_a_large_log_is_put_aside(tmp_path: Path):
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (LOG_BYTES + 1))

    assert rotate(log)

    assert log.stat().st_size == 0
    assert (tmp_path / "web.log.1").stat().st_size == LOG_BYTES + 1
    assert not rotate(log)


def test_a_log_is_kept_short_while_its_service_writes(layout: Layout, supervisor: Supervisor):
    script = f"head -c {LOG_BYTES + 1} /dev/zero; read -r line; echo $line; exec sleep 60"
    fifo = layout.data / "fifo"
    os.mkfifo(fifo)
    service = make_service(layout, f"exec <>{fifo}; {script}")
    supervisor.start(service)
    assert eventually(lambda: service.log.stat().st_size > LOG_BYTES)

    supervisor.check()
    fifo.write_text("still there\n")

    assert eventually(lambda: service.log.read_bytes() == b"still there\n")
