"""Has a card exported by another process, so that this one never imports torch."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections import deque
from pathlib import Path

from search.embedding.exported import Report
from search.embedding.protocol import Card, EmbedderUnavailable

log = logging.getLogger(__name__)

_LINES_KEPT = 5


def export_in_subprocess(card: Card, *, data_dir: Path, report: Report = log.info) -> None:
    """Export the card's network under the data folder; `report` gets a line at each step.

    Takes about 20 s for the default card. Raises EmbedderUnavailable with the child's last words.
    """
    report(f"exporting the network of {card.name} to ONNX, once; this takes about half a minute")
    command = [sys.executable, "-m", "search.embedding.export", json.dumps(card.as_json())]
    command += ["--data-dir", str(data_dir)]
    last_words: deque[str] = deque(maxlen=_LINES_KEPT)
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_child_environment(),
        text=True,
    ) as child:
        for line in child.stdout or ():
            last_words.append(line.strip())
            report(line.strip())
    if child.returncode != 0:
        raise EmbedderUnavailable(
            f"the network of {card.name} could not be exported: {' '.join(last_words)}"
        )


def _child_environment() -> dict[str, str]:
    """This process's environment and import path: the child must find the same code, and a card of
    one's own, wherever it was started."""
    path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    return {**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"}
