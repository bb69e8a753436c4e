from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.stack.errors import StackError
from config.stack.secret_files import kept_secret


def test_a_secret_is_made_once(tmp_path: Path):
    path = tmp_path / "secret"

    first = kept_secret(path)

    assert len(first) == 43  # 32 bytes in base64
    assert kept_secret(path) == first
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_empty_file_is_no_secret(tmp_path: Path):
    path = tmp_path / "secret"
    path.touch()

    with pytest.raises(StackError, match="is empty: restore it, or remove it"):
        kept_secret(path)


def test_those_who_make_it_at_once_agree(tmp_path: Path):
    path = tmp_path / "secret"

    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(kept_secret, [path] * 32))

    assert secrets == {path.read_text().strip()}
    assert list(tmp_path.iterdir()) == [path]
