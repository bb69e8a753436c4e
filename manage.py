#!/usr/bin/env python
"""Lookalike's command line."""

from __future__ import annotations

import os
import sys

from config.stack.manage import prepare


def main() -> None:
    """Run a command with the embedded stack under it, unless DATABASE_URL names another."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    prepare(sys.argv)

    from config.command_line import run

    run(sys.argv)


if __name__ == "__main__":
    main()
