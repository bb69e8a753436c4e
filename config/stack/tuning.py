"""Postgres's settings for the memory there is, shared with the web's processes and the workers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MB = 2**20
GB = 2**30
CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


@dataclass(frozen=True)
class Memory:
    """Sizes in bytes."""

    shared_buffers: int
    effective_cache_size: int
    maintenance_work_mem: int
    work_mem: int
    max_wal_size: int


def plan(total: int) -> Memory:
    """How Postgres divides `total` bytes of memory.

    `maintenance_work_mem` must hold an HNSW graph (about 1.8 kB a row at 512 dimensions), or its
    build falls back to one that is many times slower: 2 GB are a million products.
    """
    return Memory(
        shared_buffers=_between(128 * MB, total // 4, 4 * GB),
        effective_cache_size=max(256 * MB, total // 2),
        maintenance_work_mem=_between(64 * MB, total // 8, 2 * GB),
        work_mem=_between(4 * MB, total // 512, 64 * MB),
        max_wal_size=_between(512 * MB, total // 8, 4 * GB),
    )


def connections(processes: int, threads: int) -> int:
    """As many as the pools of the web's processes may hold, each thread's and two spare, and some
    for workers, commands and their owner; never fewer than Postgres's own default."""
    return max(100, processes * (threads + 2) + 40)


def total_memory(
    meminfo: Path = Path("/proc/meminfo"), limits: tuple[Path, ...] = CGROUP_LIMITS
) -> int:
    """Bytes this process may use: the machine's, or its container's where that is less."""
    lines = meminfo.read_text().splitlines()
    machine = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemTotal:")]
    return min(size for size in (*machine, *map(_limit, limits)) if size)


def settings(total: int, *, durable: bool, shm_free: int | None = None) -> dict[str, str]:
    """Lines of the configuration file that depend on the machine and on what is at stake.

    Without `durable` a crash may lose everything: for databases that live as long as a test run.
    """
    memory = plan(total)
    cores = os.cpu_count() or 1
    values = {
        "shared_buffers": _mb(memory.shared_buffers),
        "effective_cache_size": _mb(memory.effective_cache_size),
        "maintenance_work_mem": _mb(memory.maintenance_work_mem),
        "work_mem": _mb(memory.work_mem),
        "max_wal_size": _mb(memory.max_wal_size),
        "max_parallel_maintenance_workers": str(min(4, max(1, cores // 2))),
        "dynamic_shared_memory_type": _shared_memory_type(memory, shm_free),
    }
    if not durable:
        values |= {
            "shared_buffers": "128MB",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
    return values


def _shared_memory_type(memory: Memory, shm_free: int | None) -> str:
    """A parallel index build puts its graph into /dev/shm; containers often give that 64 MB."""
    if shm_free is None:
        try:
            found = os.statvfs("/dev/shm")  # noqa: S108 - only its size is read
        except OSError:
            return "mmap"
        shm_free = found.f_bavail * found.f_frsize
    return "posix" if shm_free > memory.maintenance_work_mem else "mmap"


def _limit(path: Path) -> int:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # no such control group, or "max"
        return 0


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


def _mb(size: int) -> str:
    return f"{size // MB}MB"
