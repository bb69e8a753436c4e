"""How many processes serve the web, and what Postgres and each of them have room for."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.settings.room import Room, room
from config.stack import cores
from config.stack.errors import StackError
from config.stack.gunicorn_config import on_starting
from config.stack.tuning import connections


@pytest.mark.parametrize(("usable", "processes"), [(1, 1), (2, 2), (4, 4), (64, 4)])
def test_a_process_for_each_core(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, usable: int, processes: int
):
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    monkeypatch.setattr(cores, "CPU_MAX", tmp_path / "no-limit")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(usable)))

    assert cores.web_processes() == processes


def test_the_cores_it_is_bound_to_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(cores, "CPU_MAX", tmp_path / "no-limit")

    assert cores.usable_cores() == len(os.sched_getaffinity(0))


def test_who_runs_the_shop_has_the_last_word(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "7")
    monkeypatch.setenv("WEB_THREADS", "3")

    assert (cores.web_processes(), cores.web_threads()) == (7, 3)


def test_settings_reckon_with_what_gunicorn_runs_whoever_said_it(monkeypatch: pytest.MonkeyPatch):
    """The environment, --workers on the command line: its workers see what became of it."""
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    monkeypatch.setenv("WEB_THREADS", "8")

    on_starting(SimpleNamespace(cfg=SimpleNamespace(workers=3, threads=5)))

    assert (cores.web_processes(), cores.web_threads()) == (3, 5)


@pytest.mark.parametrize("said", ["0", "-1", "two", "1.5"])
def test_what_is_no_number_is_told(monkeypatch: pytest.MonkeyPatch, said: str):
    monkeypatch.setenv("WEB_CONCURRENCY", said)

    with pytest.raises(StackError) as raised:
        cores.web_processes()

    assert str(raised.value) == (
        f"WEB_CONCURRENCY must be a whole number and at least 1, not {said!r}."
    )


@pytest.mark.parametrize(
    ("processes", "threads", "expected"),
    [
        (1, 24, Room(2, 4, 2, 10, 2, 2)),
        (2, 24, Room(1, 5, 2, 10, 2, 2)),
        (4, 24, Room(1, 5, 2, 10, 2, 2)),
        (2, 8, Room(1, 1, 2, 0, 1, 1)),
        (1, 1, Room(2, 1, 2, 0, 1, 0)),
    ],
)
def test_each_process_has_its_room(processes: int, threads: int, expected: Room):
    assert room(processes=processes, threads=threads) == expected


@pytest.mark.parametrize("processes", [1, 2, 4])
@pytest.mark.parametrize(("threads", "free"), [(12, 2), (24, 2), (48, 4)])
def test_threads_stay_free_where_all_is_full(processes: int, threads: int, free: int):
    assert threads - sum(room(processes=processes, threads=threads)) == free


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_one_of_eight_threads_stays_free_at_least(processes: int):
    assert 8 - sum(room(processes=processes, threads=8)) >= 1


@pytest.mark.parametrize(
    ("told", "worth"),
    [("max 100000", 64), ("150000 100000", 2), ("100000 100000", 1), ("", 64), ("50000 0", 64)],
)
def test_a_share_of_the_machines_time_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str, worth: int
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    monkeypatch.setattr(cores, "CPU_MAX", tmp_path / "cpu.max")
    cores.CPU_MAX.write_text(told)

    assert cores.usable_cores() == worth


def test_together_the_processes_embed_two_photos_or_one_for_each_core():
    together = {count: count * room(processes=count, threads=24).photos for count in range(1, 5)}

    assert together == {1: 2, 2: 2, 3: 3, 4: 4}


@pytest.mark.parametrize(("processes", "allowed"), [(1, 100), (2, 100), (4, 144)])
def test_postgres_lets_all_pools_in(processes: int, allowed: int):
    assert connections(processes, 24) == allowed
