"""Who waits for a place gets it in the order of coming, or leaves the line for good."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from search.turns import Turns

LONG = 30.0


def wait_for(turns: Turns, *, waiting: int) -> None:
    deadline = time.monotonic() + LONG
    while len(turns._waiting) < waiting:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_no_more_callers_than_places():
    turns = Turns(2)

    assert [turns.acquire(timeout=0) for _ in range(3)] == [True, True, False]


def test_first_come_first_served():
    turns, served = Turns(1), []
    turns.acquire(timeout=0)

    def come(number: int) -> None:
        assert turns.acquire(timeout=LONG)
        served.append(number)
        turns.release()

    callers = [Thread(target=come, args=(number,)) for number in range(5)]
    for number, caller in enumerate(callers, start=1):
        caller.start()
        wait_for(turns, waiting=number)
    turns.release()
    for caller in callers:
        caller.join(LONG)

    assert served == [0, 1, 2, 3, 4]


def test_who_leaves_gives_up_a_turn_that_came_and_one_that_did_not():
    turns = Turns(1, line=1)
    came, waits = turns.join(timeout=LONG), turns.join(timeout=LONG)
    assert came is not None
    assert waits is not None
    assert turns.join(timeout=LONG) is None

    turns.leave(waits)
    follows = turns.join(timeout=LONG)
    assert follows is not None
    turns.leave(came)

    assert turns.came(follows, timeout=0)
    turns.release()
    assert turns.acquire(timeout=0)


def test_who_gives_a_place_back_and_asks_again_stands_at_the_end():
    turns = Turns(1)
    turns.acquire(timeout=0)
    waiter = Thread(target=turns.acquire, kwargs={"timeout": LONG})
    waiter.start()
    wait_for(turns, waiting=1)

    turns.release()

    assert not turns.acquire(timeout=0)
    waiter.join(LONG)


def test_who_left_the_line_is_not_handed_a_place():
    turns = Turns(1)
    turns.acquire(timeout=0)
    assert not turns.acquire(timeout=0.01)

    turns.release()

    assert turns.acquire(timeout=0)


def test_the_line_has_an_end():
    turns = Turns(1, line=1)
    turns.acquire(timeout=0)
    assert not turns.full(timeout=LONG)
    waiter = Thread(target=turns.acquire, kwargs={"timeout": LONG})
    waiter.start()
    wait_for(turns, waiting=1)

    assert turns.full(timeout=LONG)
    assert not turns.acquire(timeout=LONG)  # at once

    turns.release()
    waiter.join(LONG)
    assert not turns.full(timeout=LONG)


def test_nobody_waits_who_would_wait_too_long_by_what_turns_took():
    turns = Turns(2)
    for _ in range(2):
        turns.acquire(timeout=0)
    turns.release(took=4.0)
    assert not turns.full(timeout=0)  # there is a place
    turns.acquire(timeout=0)

    assert turns.full(timeout=2.0)  # half of four seconds, with two places
    assert not turns.acquire(timeout=2.0)
    assert not turns.full(timeout=2.1)


def test_who_was_admitted_before_waits_behind_a_line_that_is_full():
    turns = Turns(1, line=0)
    turns.acquire(timeout=0)
    waiter = Thread(target=turns.acquire, kwargs={"timeout": LONG, "admitted": True})
    waiter.start()
    wait_for(turns, waiting=1)

    assert not turns.acquire(timeout=LONG)  # at once

    turns.release()
    waiter.join(LONG)
    assert not waiter.is_alive()


def test_one_long_turn_is_soon_forgotten():
    turns = Turns(1)
    turns.acquire(timeout=0)
    for took in [0.1, 8.0] + [0.1] * 20:
        turns.release(took=took)
        turns.acquire(timeout=0)

    assert not turns.full(timeout=0.2)


def test_an_interrupted_wait_leaves_the_line(monkeypatch):
    turns = Turns(1)
    turns.acquire(timeout=0)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("search.turns.threading.Event.wait", interrupt)
        with pytest.raises(KeyboardInterrupt):
            turns.acquire(timeout=LONG)
    turns.release()

    assert turns.acquire(timeout=0)


def test_no_place_is_lost_among_many():
    turns, held = Turns(3), []
    most = []

    def come(number: int) -> None:
        for _ in range(50):
            if turns.acquire(timeout=0.001 * (number % 3)):
                held.append(number)
                most.append(len(held))
                held.pop()
                turns.release()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(come, range(12)))

    assert max(most) <= 3
    assert [turns.acquire(timeout=0) for _ in range(4)] == [True, True, True, False]
