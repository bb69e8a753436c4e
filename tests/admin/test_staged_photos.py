"""Photos of a refused form wait for its next try, for a day."""

from __future__ import annotations

import os
import time
from pathlib import Path

from catalog.admin import staging
from catalog.tasks import drop_old_staged_photos


def test_photos_nobody_came_back_for_are_dropped(data_folder: Path):
    old, kept = staging.stage(b"old", "old.jpg"), staging.stage(b"kept", "kept.jpg")
    assert None not in {old, kept}
    a_day_ago = time.time() - staging.LIFETIME_SECONDS - 1
    for path in (data_folder / "staged-photos").iterdir():
        if path.read_bytes() == b"old":
            os.utime(path, (a_day_ago, a_day_ago))

    drop_old_staged_photos()

    assert staging.unstage(old) is None
    assert staging.unstage(kept) == (b"kept", "kept.jpg")


def test_nothing_happens_before_the_first_refused_form(data_folder: Path):
    drop_old_staged_photos()
    assert not data_folder.exists()
