"""Keeps services running: starts them, starts them again, and stops them all within 10 s."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from config.stack.errors import StackError, log_tail
from config.stack.process import Service, rotate, signal_group, spawn

# A life shorter than this counts as a failed start.
QUICK_SECONDS = 10.0
# Waits before a new start; together about the 10 s that a killed Postgres's children may take.
PAUSES = (0.3, 1.0, 2.0, 3.0, 4.0)
# Rounds of stopping: the web server and the workers, then the servers. Sum below 10 s with KILL.
ROUND_SECONDS = (5.0, 3.0)
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Running:
    """A service and its present process, or the wait for the next one."""

    service: Service
    process: subprocess.Popen[bytes]
    started: float
    log_start: int
    quick_deaths: int = 0
    again_at: float | None = None


class Supervisor:
    """All methods belong to the main thread: children are tied to the thread that started them."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._running: dict[str, Running] = {}

    def start(self, service: Service) -> None:
        rotate(service.log)
        self._running[service.name] = _launch(service)

    def pids(self) -> dict[str, int]:
        return {name: each.process.pid for name, each in self._running.items()}

    def check(self) -> bool:
        """Restart what has died; whether that gave any service a new process. Keeps the logs short.

        StackError where a service dies again and again.
        """
        now = time.monotonic()
        before = self.pids()
        for each in list(self._running.values()):
            if rotate(each.service.log):
                each.log_start = 0
            if each.again_at is None and each.process.poll() is not None:
                self._note_death(each, now)
            elif each.again_at is not None and now >= each.again_at:
                fresh = _launch(each.service)
                fresh.quick_deaths = each.quick_deaths
                self._running[each.service.name] = fresh
        return self.pids() != before

    def wait_until(
        self, answers: Callable[[], bool], *, name: str, seconds: float, pause: float = 0.05
    ) -> None:
        """Return when `answers()`; StackError where it has not after `seconds`."""
        deadline = time.monotonic() + seconds
        while not answers():
            self.check()
            if time.monotonic() > deadline:
                raise _gave_up(self._running[name], f"did not answer within {seconds:.0f} s")
            time.sleep(pause)

    def stop(self) -> None:
        """Stop everything: round by round, each process asked first and then killed.

        An impatient second Ctrl-C is ignored: a stop takes less than 10 s anyway.
        """
        ignore_interrupts()
        for number, seconds in enumerate(ROUND_SECONDS):
            members = [each for each in self._running.values() if each.service.stop_round == number]
            _stop_round(members, seconds)
        self._running.clear()

    def _note_death(self, each: Running, now: float) -> None:
        quick = now - each.started < QUICK_SECONDS
        each.quick_deaths = each.quick_deaths + 1 if quick else 0
        if each.quick_deaths > len(PAUSES):
            raise _gave_up(each, f"stopped {each.quick_deaths} times in a row")
        each.again_at = now + PAUSES[max(0, each.quick_deaths - 1)]
        self._tell(f"{each.service.title} {_ending(each.process)}; starting it again.")


def to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _launch(service: Service) -> Running:
    size = service.log.stat().st_size if service.log.exists() else 0
    return Running(service, spawn(service), started=time.monotonic(), log_start=size)


def _stop_round(members: list[Running], seconds: float) -> None:
    steps = max((len(each.service.stop_signals) for each in members), default=0)
    for step in range(steps):
        for each in members:
            chosen = each.service.stop_signals[step : step + 1]
            if chosen and each.process.poll() is None:
                each.process.send_signal(chosen[0])
        _wait(members, seconds if step == 0 else 1.0)
    for each in members:
        if each.process.poll() is None:
            signal_group(each.process, signal.SIGKILL)
            each.process.wait()


def _wait(members: list[Running], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(each.process.poll() is None for each in members) and time.monotonic() < deadline:
        time.sleep(0.02)


def _ending(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"stopped (exit {code})"


def _gave_up(each: Running, what: str) -> StackError:
    log = each.service.log
    tail = log_tail(log, offset=each.log_start)
    remedy = f"its log {log} says why, and ends:" if tail else f"its log {log} says nothing."
    if "No space left" in tail:
        remedy = "the disk is full; free some space and start again. Its log ends:"
    return StackError(f"{each.service.title} {what}: {remedy}\n{tail}".rstrip())


@contextmanager
def interruptible() -> Iterator[None]:
    """Within the block SIGTERM and SIGHUP interrupt as Ctrl-C does: with KeyboardInterrupt.

    It carries the signal's number and comes once; `Supervisor.stop()` then runs undisturbed. Under
    nohup SIGHUP stays ignored.
    """

    def interrupt(signum: int, _frame: FrameType | None) -> None:
        ignore_interrupts()
        raise KeyboardInterrupt(signum)

    before = {signum: signal.getsignal(signum) for signum in INTERRUPTS}
    for signum in INTERRUPTS:
        if signum != signal.SIGHUP or before[signum] != signal.SIG_IGN:
            signal.signal(signum, interrupt)
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def ignore_interrupts() -> None:
    for signum in INTERRUPTS:
        signal.signal(signum, signal.SIG_IGN)
