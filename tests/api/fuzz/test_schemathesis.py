"""The whole schema, asked by schemathesis over HTTP: examples, edges, random values that fit it and
that don't, and walks along the links. FUZZ_EXAMPLES is how many of each; `make fuzz` sets more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.api.keys import make_key
from tests.shop import open_shop

HERE = Path(__file__).parent
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
PHASES = os.environ.get("FUZZ_PHASES", "examples,fuzzing,stateful")
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "10")


@pytest.mark.django_db(transaction=True)
def test_the_api_keeps_to_its_schema_whatever_is_asked(live_server: Any, tmp_path: Path) -> None:
    open_shop()
    _, secret = make_key("admin", per_minute=1_000_000)
    asked = subprocess.run(
        [
            *(str(SCHEMATHESIS), "--config-file", str(HERE / "schemathesis.toml"), "run"),
            f"{live_server.url}/api/v1/schema/",
            *("--header", f"Authorization: Bearer {secret}", "--phases", PHASES),
            *("--max-examples", EXAMPLES, "--continue-on-failure"),
            *("--report", "har", "--report-dir", str(tmp_path), "--no-color"),
        ],
        env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert asked.returncode == 0, asked.stdout[-20_000:] + asked.stderr[-4000:]
