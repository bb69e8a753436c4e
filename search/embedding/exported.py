"""Where an exported network lies, and whether it is still the one that was exported.

`<data_dir>/models/<slug of the card's name>/` holds `model.onnx` and `model.json`, which records
the card, the hashes of the network and of its weights, the exporter's versions and the self-test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.embedding.batching import Batch
from search.embedding.checksums import sha256_of
from search.embedding.protocol import Card, EmbedderUnavailable

Report = Callable[[str], None]

# A change of these does not change a vector, so it does not make an exported network useless.
_NOT_IN_THE_NETWORK = {"bands", "licence"}


@dataclass(frozen=True, slots=True)
class ExportedModel:
    """The folder of one card's exported network; it may not be there yet."""

    folder: Path

    @property
    def network(self) -> Path:
        return self.folder / "model.onnx"

    @property
    def record(self) -> Path:
        return self.folder / "model.json"

    @property
    def lock(self) -> Path:
        return self.folder.parent / f"{self.folder.name}.lock"

    def exists(self) -> bool:
        """The folder appears whole, by one rename, so either file stands for both."""
        return self.folder.is_dir()


@dataclass(frozen=True, slots=True)
class TorchExport:
    """What torch says of a network that it exported: the hash of the weights, the exporter's
    versions, and its own features of the probe batch, shape (n, dim)."""

    weights_sha256: str
    versions: Mapping[str, str]
    features: Batch


def exported_model(card: Card, data_dir: Path) -> ExportedModel:
    """The place of the card's exported network under the data folder."""
    slug = re.sub(r"[^a-z0-9@._]+", "-", card.name.lower()).strip("-.")
    return ExportedModel(data_dir / "models" / slug)


def verify_exported(exported: ExportedModel, card: Card) -> None:
    """Return quietly if the network is whole and made for this card.

    Raises EmbedderUnavailable with the path and, where bytes differ, both hashes.
    """
    record = _read_record(exported)
    if record.get("card") != network_identity(card):
        raise EmbedderUnavailable(
            f"{exported.record} was exported for another version of the card {card.name}. "
            + _remedy(exported)
        )
    found = _network_sha256(exported)
    if found != record.get("sha256"):
        raise EmbedderUnavailable(
            f"{exported.network} is damaged or was replaced: its sha256 is {found}, "
            f"expected {record.get('sha256')}. " + _remedy(exported)
        )


def network_identity(card: Card) -> dict[str, Any]:
    """What of a card fixes its vectors, as JSON reads it back."""
    kept = {key: value for key, value in card.as_json().items() if key not in _NOT_IN_THE_NETWORK}
    identity: dict[str, Any] = json.loads(json.dumps(kept))
    return identity


def _read_record(exported: ExportedModel) -> dict[str, Any]:
    try:
        record = json.loads(exported.record.read_bytes())
    except (OSError, ValueError) as error:
        raise EmbedderUnavailable(
            f"{exported.record} cannot be read: {error}. " + _remedy(exported)
        ) from error
    return record if isinstance(record, dict) else {}


def _network_sha256(exported: ExportedModel) -> str:
    try:
        return sha256_of(exported.network)
    except OSError as error:
        raise EmbedderUnavailable(
            f"{exported.network} cannot be read: {error}. " + _remedy(exported)
        ) from error


def _remedy(exported: ExportedModel) -> str:
    return f"Delete the folder {exported.folder}: the network is then exported anew."
