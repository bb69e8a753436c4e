"""docs/own-embedder.md is true: its files work as they stand there, and its test passes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "own-embedder.md"
FILES = ("shop_card.py", "shop_network.py", "test_shop_card.py")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with the page's files."""
    for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        name = re.match(r"# (\w+\.py)\n", code)
        assert name, f"a block of {PAGE.name} does not begin with its file's name"
        (tmp_path / name[1]).write_text(code, encoding="utf-8")
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), str(folder)])
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )


def test_the_page_holds_card_network_and_test(shop):
    assert sorted(path.name for path in shop.iterdir()) == sorted(FILES)


def test_the_card_is_found_by_its_dotted_path_without_torch(shop):
    program = """
import sys
from search.embedding import get_card
card = get_card("shop_card:card")
print(card.name, card.dim, "torch" in sys.modules)
"""

    assert run(shop, "-c", program).stdout == "shop/patches@1 64 False\n"


@pytest.mark.model
def test_its_own_test_passes(shop):
    found = run(shop, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(shop))

    assert found.returncode == 0, found.stdout + found.stderr
    assert "2 passed" in found.stdout
