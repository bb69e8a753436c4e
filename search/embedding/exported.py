"""Where an exported network lies, and whether it is still the one that was exported.

`<data_dir>/models/<slug of the weights' source>-<precision>-<hash>/` holds `model.onnx` and
`model.json`, which records what identifies the network, the hashes of the network and of its
weights, the exporter's versions and the self-test. Cards that differ in views, recipe or bands
alone share it. Folders that an earlier release named after cards are not looked at.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.embedding.batching import Batch
from search.embedding.checksums import sha256_of
from search.embedding.protocol import Card, EmbedderUnavailable
from search.embedding.views import VIEWS

Report = Callable[[str], None]

# The size is the one that is traced: a network may take no other.
_IN_THE_NETWORK = ("backbone", "source", "precision", "dim", "text")
# Weights of the package's own backbones are what their cards' `source` says. One's own may be
# trained anew under the same words: there the name, which changes with the vectors, counts as well.
_OWN_BACKBONES = "search.embedding.backbones."
# Of the folder's name: enough to read, and short of any file system's limit.
_SOURCE_LENGTH, _HASH_LENGTH = 60, 8


@dataclass(frozen=True, slots=True)
class ExportedModel:
    """The folder of one exported network; it may not be there yet."""

    folder: Path

    @property
    def network(self) -> Path:
        return self.folder / "model.onnx"

    @property
    def record(self) -> Path:
        return self.folder / "model.json"

    @property
    def answers(self) -> Path:
        """What a network in int8 said of the probes on the machine that exported it."""
        return self.folder / "answers.npy"

    @property
    def text_network(self) -> Path:
        return self.folder / "text.onnx"

    @property
    def tokeniser(self) -> Path:
        return self.folder / "tokenizer.json"

    @property
    def lock(self) -> Path:
        return self.folder.parent / f"{self.folder.name}.lock"

    def exists(self) -> bool:
        """The folder appears whole, by one rename, so either file stands for both."""
        return self.folder.is_dir()


@dataclass(frozen=True, slots=True)
class TorchExport:
    """What torch says of a network that it exported: the hash of the weights, the exporter's
    versions, its own features of the probes, shape (n, dim), by the side of these, and the multiple
    that a picture's sides must be; None where it takes no other side than the card's."""

    weights_sha256: str
    versions: Mapping[str, str]
    features: Mapping[int, Batch]
    side_multiple: int | None


def exported_model(card: Card, data_dir: Path) -> ExportedModel:
    """The place of the card's network under the data folder; other cards may share it."""
    words = f"{card.source[:_SOURCE_LENGTH]} {card.precision}".lower()
    slug = re.sub(r"[^a-z0-9._]+", "-", words).strip("-.")
    identity = json.dumps(network_identity(card), sort_keys=True).encode()
    digest = hashlib.sha256(identity).hexdigest()[:_HASH_LENGTH]
    return ExportedModel(data_dir / "models" / f"{slug}-{digest}")


def verify_exported(exported: ExportedModel, card: Card) -> None:
    """Return quietly if the network is whole, made for this card, and takes all of its views.

    Raises EmbedderUnavailable with the path and, where bytes differ, both hashes.
    """
    record = _read_record(exported)
    if record.get("network") != network_identity(card):
        raise EmbedderUnavailable(
            f"{exported.record} was exported from another network than the one of {card.name}. "
            + remedy(exported)
        )
    _check_sides(card, record.get("side_multiple"))
    _check_sha256(exported, exported.network, record.get("sha256"))


def verify_text(exported: ExportedModel) -> None:
    """Return quietly if text tower and tokeniser are those that were exported. Raises
    EmbedderUnavailable as `verify_exported`."""
    recorded = _read_record(exported).get("text", {})
    for path, key in ((exported.text_network, "sha256"), (exported.tokeniser, "tokeniser_sha256")):
        _check_sha256(exported, path, recorded.get(key))


def _check_sides(card: Card, multiple: int | None) -> None:
    """Raises EmbedderUnavailable for a view of a side that the network does not take."""
    size = card.preprocessing.size
    for name in card.views:
        side = VIEWS[name].side_for(card.preprocessing)
        if side != size and (multiple is None or side % multiple):
            takes = f"{size} pixels a side only" if multiple is None else f"multiples of {multiple}"
            raise EmbedderUnavailable(
                f"{card.name}: its view {name} has {side} pixels a side, but its network takes "
                f"{takes}. Choose other views for the card."
            )


def network_identity(card: Card) -> dict[str, Any]:
    """What of a card fixes its network, as JSON reads it back: not its views, or how pixels are
    prepared, and its name only where its backbone is not of this package."""
    values = card.as_json()
    identity = {key: values[key] for key in _IN_THE_NETWORK} | {"size": card.preprocessing.size}
    return identity if card.backbone.startswith(_OWN_BACKBONES) else {"name": card.name} | identity


def _read_record(exported: ExportedModel) -> dict[str, Any]:
    try:
        record = json.loads(exported.record.read_bytes())
    except (OSError, ValueError) as error:
        raise EmbedderUnavailable(
            f"{exported.record} cannot be read: {error}. " + remedy(exported)
        ) from error
    return record if isinstance(record, dict) else {}


def _check_sha256(exported: ExportedModel, path: Path, expected: str | None) -> None:
    try:
        found = sha256_of(path)
    except OSError as error:
        raise EmbedderUnavailable(f"{path} cannot be read: {error}. " + remedy(exported)) from error
    if found != expected:
        raise EmbedderUnavailable(
            f"{path} is damaged or was replaced: its sha256 is {found}, expected {expected}. "
            + remedy(exported)
        )


def remedy(exported: ExportedModel) -> str:
    """What to do about a folder that can't be used, as a sentence."""
    return f"Delete the folder {exported.folder}: the network is then exported anew."
