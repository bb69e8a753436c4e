from __future__ import annotations

from pathlib import Path

import pytest

from config.stack.tuning import GB, MB, plan, settings, total_memory


@pytest.mark.parametrize(
    ("total", "shared_buffers", "maintenance_work_mem"),
    [
        (512 * MB, 128 * MB, 64 * MB),
        (8 * GB, 2 * GB, 1 * GB),
        (64 * GB, 4 * GB, 2 * GB),
    ],
)
def test_memory_is_divided_within_bounds(total, shared_buffers, maintenance_work_mem):
    memory = plan(total)

    assert memory.shared_buffers == shared_buffers
    assert memory.maintenance_work_mem == maintenance_work_mem


def test_a_container_counts_by_its_limit(tmp_path: Path):
    meminfo, limit, none = tmp_path / "meminfo", tmp_path / "memory.max", tmp_path / "missing"
    meminfo.write_text("MemTotal:       16777216 kB\nMemFree: 1 kB\n")
    limit.write_text(f"{2 * GB}\n")

    assert total_memory(meminfo, (limit, none)) == 2 * GB


def test_without_a_limit_the_machine_counts(tmp_path: Path):
    meminfo, limit = tmp_path / "meminfo", tmp_path / "memory.max"
    meminfo.write_text("MemTotal:       16777216 kB\n")
    limit.write_text("max\n")

    assert total_memory(meminfo, (limit,)) == 16 * GB


@pytest.mark.parametrize(("shm_free", "kind"), [(64 * MB, "mmap"), (8 * GB, "posix")])
def test_a_parallel_index_build_fits_where_it_shares_memory(shm_free, kind):
    assert settings(8 * GB, durable=True, shm_free=shm_free)["dynamic_shared_memory_type"] == kind


def test_only_ephemeral_servers_give_up_safety():
    assert "fsync" not in settings(8 * GB, durable=True, shm_free=GB)
    assert settings(8 * GB, durable=False, shm_free=GB)["fsync"] == "off"
