"""A call of the client that `clients/python` has."""

from __future__ import annotations

import re

from search.api.snippets.snippet import Snippet

OF_CLIENT = ("Example", "Filters", "Question")


def render(asked: Snippet) -> str:
    used = [name for name in OF_CLIENT if re.search(rf"\b{name}\(", asked.python)]
    path = ["from pathlib import Path"] if "Path(" in asked.python else []
    return "\n".join(
        [
            *("import os", *path, ""),
            f"from lookalike_client import {', '.join([*used, 'Lookalike'])}",
            "",
            'shop = Lookalike(os.environ["SHOP"], key=os.environ["KEY"])',
            asked.python,
        ]
    )
