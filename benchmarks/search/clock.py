"""CPU time of a query: the client's thread, the Postgres backend, and what works for it.

Wall-clock time on a shared machine measures the neighbours; CPU time hardly does. /proc/<pid>/stat
counts in ticks of 10 ms, too coarse for a query of one, so the backend is read through its POSIX
CPU clock, in nanoseconds (`clock_getcpuclockid`; Linux lets anyone read it). The clock of a process
that runs at this moment lags behind, hence the wait until the backend sleeps again. I/O workers are
read the same way. Parallel workers end with their query: the postmaster's count of reaped children
has them, in ticks, which is enough for queries that take parallel workers at all.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

NS_PER_TICK = 10**9 // os.sysconf("SC_CLK_TCK")
PAUSE = 0.0001
SECONDS_TO_SETTLE = 2.0


class ServerClock:
    """CPU nanoseconds spent for one backend since it started."""

    def __init__(self, backend_pid: int) -> None:
        self._backend = backend_pid
        self._postmaster = int(_stat(backend_pid)[1])
        pids = [backend_pid, *_io_workers(self._postmaster)]
        self._clocks = [_clock_id(pid) for pid in pids]

    def read(self) -> int:
        self._settle()
        running = sum(time.clock_gettime_ns(clock) for clock in self._clocks)
        user, system = _stat(self._postmaster)[13:15]
        return running + NS_PER_TICK * (int(user) + int(system))

    def _settle(self) -> None:
        give_up = time.monotonic() + SECONDS_TO_SETTLE
        while _stat(self._backend)[0] == "R" and time.monotonic() < give_up:
            time.sleep(PAUSE)


def _clock_id(pid: int) -> int:
    """The CPU clock of another process: what clock_getcpuclockid(3) computes on Linux."""
    return (~pid << 3) | 2


def _stat(pid: int) -> list[str]:
    """The fields behind the name: state, parent, ..., reaped children's user and system ticks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _io_workers(postmaster: int) -> list[int]:
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [
        int(pid) for pid in children if b"io worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
