"""Exports a card's network to ONNX, once: `python -m search.embedding.export NAME --data-dir DIR`.

This runs in a process of its own, because defining the network takes torch, which neither the web
process nor a worker may import. `export_in_subprocess` is how those two ask for it.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from search.embedding.agreement import agreement
from search.embedding.batching import Batch, Forward
from search.embedding.checksums import sha256_of
from search.embedding.dotted import load_dotted
from search.embedding.exported import (
    ExportedModel,
    Report,
    TorchExport,
    exported_model,
    network_identity,
)
from search.embedding.onnx_session import open_session, run_session
from search.embedding.probes import probes, remember_answers
from search.embedding.protocol import Card, EmbeddingError
from search.embedding.quantised import quantise
from search.embedding.registry import get_card

EXPORTER = "search.embedding.backbones.onnx_export:export_network"
TEXT_EXPORTER = "search.embedding.backbones.text_export:export_text"

log = logging.getLogger(__name__)


def export_card(card: Card, *, data_dir: Path, report: Report = log.info) -> ExportedModel:
    """The card's exported network, made now unless it is there. Safe to call from several
    processes at once: one exports, the others wait for it.

    Raises EmbedderUnavailable where the weights are missing or the self-test fails; the data
    folder is then as it was.
    """
    exported = exported_model(card, data_dir)
    exported.folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(exported.lock, report):
        if exported.exists():
            report(f"{card.name} is exported already, in {exported.folder}")
        else:
            _export_into(exported, card, report)
    return exported


def _export_into(exported: ExportedModel, card: Card, report: Report) -> None:
    staging = _fresh_staging(exported)
    try:
        _write_network(ExportedModel(staging), card, report)
        staging.rename(exported.folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    report(f"{card.name} is ready in {exported.folder}")


def _write_network(staged: ExportedModel, card: Card, report: Report) -> None:
    """Fill the staged folder with the network and its record, or raise."""
    torch_side: TorchExport = load_dotted(EXPORTER)(card, staged.network, report)
    report("comparing the exported network with torch")
    cosine = _self_test(staged, card, torch_side.features)
    record = {
        "network": network_identity(card),
        "weights_sha256": torch_side.weights_sha256,
        "versions": dict(torch_side.versions),
        "side_multiple": torch_side.side_multiple,
        "self_test_cosine": cosine,
    }
    if card.precision == "int8":
        own = torch_side.features[card.preprocessing.size]
        record["int8"] = quantise(staged.network, card, probes(card), own, report)
        remember_answers(staged, card, _forward(staged))
    if card.text:
        record["text"] = load_dotted(TEXT_EXPORTER)(card, staged, report)
    record["sha256"] = sha256_of(staged.network)
    staged.record.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _self_test(staged: ExportedModel, card: Card, expected: Mapping[int, Batch]) -> float:
    """The lowest cosine to torch's features of the probes over all sides. Raises."""
    forward = _forward(staged)
    return min(
        agreement(forward(probes(card, side)), features, card=card)
        for side, features in expected.items()
    )


def _forward(staged: ExportedModel) -> Forward:
    session = open_session(staged.network, threads=1)
    return lambda batch: run_session(session, batch)


def _fresh_staging(exported: ExportedModel) -> Path:
    """An empty folder beside the final one, so that a rename moves it. Called under the lock, so
    whatever staging folder is there was left by a process that died."""
    models, prefix = exported.folder.parent, f".{exported.folder.name}-"
    for leftover in models.glob(f"{prefix}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    staging = Path(tempfile.mkdtemp(prefix=prefix, dir=models))
    # mkdtemp makes it private, but server and worker may run as another user than the exporter.
    staging.chmod(0o755)
    return staging


@contextmanager
def _locked(path: Path, report: Report) -> Iterator[None]:
    """Hold the lock on `path`; the kernel gives it back when the process dies."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("another process is exporting this network: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _card_of(argument: str) -> Card:
    if argument.startswith("{"):
        return Card.from_json(json.loads(argument))
    return get_card(argument)


def main(arguments: list[str] | None = None) -> int:
    """Export one card; 0 when it is there, 1 with one clear sentence when it is not."""
    parser = argparse.ArgumentParser(description="Export a card's network to ONNX.")
    parser.add_argument("card", help="a card's name, dotted path or JSON")
    parser.add_argument("--data-dir", type=Path, required=True)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    # torch and its exporter narrate at INFO; only this package's own steps are progress.
    logging.getLogger().setLevel(logging.WARNING)
    log.setLevel(logging.INFO)
    try:
        card = _card_of(options.card)
        export_card(card, data_dir=options.data_dir)
    except (EmbeddingError, OSError) as error:
        log.error("%s", error)  # noqa: TRY400 - the sentence is for a person, a traceback is not
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
