"""Others' narration is hushed while they work, and what a shop logs goes on afterwards."""

from __future__ import annotations

import logging
from contextlib import suppress

import pytest

from search.embedding.narration import hushed


def test_a_package_speaks_of_errors_alone_for_as_long_as_it_works(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    package, below = logging.getLogger("narrator"), logging.getLogger("narrator.step")

    with hushed("narrator"):
        below.warning("advice")
        below.error("trouble")
        logging.getLogger("shop").info("a search")
    below.warning("more advice")

    assert caplog.messages == ["trouble", "a search", "more advice"]
    assert package.level == logging.NOTSET


def test_everybody_is_heard_again_where_it_failed(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)

    with suppress(OSError), hushed():
        logging.getLogger("shop").info("a search")
        raise OSError
    logging.getLogger("shop").info("another search")

    assert caplog.messages == ["another search"]
