"""Cards by name, and the embedder that serves a card."""

from __future__ import annotations

from pathlib import Path

from search.embedding.cards import LITE0_FAST
from search.embedding.dotted import load_dotted
from search.embedding.fake import FAKE, FakeEmbedder
from search.embedding.onnx_engine import OnnxEmbedder
from search.embedding.protocol import Card, Embedder, EmbedderUnavailable, UnknownEmbedder
from search.embedding.torchvision_cards import TORCHVISION_CARDS

ENGINES = ("auto", "onnxruntime", "torch")
DEVICES = ("auto", "cpu", "cuda")

_CARDS = {card.name: card for card in (LITE0_FAST, FAKE, *TORCHVISION_CARDS)}
_ALIASES = {
    name.removeprefix("torchvision/").removesuffix("@1"): name
    for name in _CARDS
    if name != LITE0_FAST.name
}


def card_names() -> tuple[str, ...]:
    """The names of all cards that come with the package, the default first."""
    return tuple(_CARDS)


def get_card(name: str) -> Card:
    """The card of that name or alias (`resnet18` for `torchvision/resnet18@1`), or what the
    factory at a dotted path `package.module:factory` returns. Raises UnknownEmbedder."""
    if ":" in name:
        return _own_card(name)
    try:
        return _CARDS[_ALIASES.get(name, name)]
    except KeyError:
        raise UnknownEmbedder(
            f"there is no embedder called {name!r}. There are: {', '.join(card_names())}; "
            "or name a card of your own by dotted path, package.module:factory."
        ) from None


def make_embedder(
    name_or_card: str | Card,
    *,
    data_dir: Path,
    engine: str = "auto",
    device: str = "auto",
    threads: int = 1,
    batch_size: int = 8,
    export_missing: bool = True,
) -> Embedder:
    """An embedder for the card, not yet loaded.

    `engine` "auto" is torch where `device` is "cuda", else ONNX Runtime on the CPU, whose exported
    network lies under `data_dir` and is made there at first use if `export_missing`. `threads` is
    the number of cores one forward pass may use, `batch_size` how many pictures share one.
    Raises UnknownEmbedder, or EmbedderUnavailable for an engine or device that cannot be had.
    """
    card = name_or_card if isinstance(name_or_card, Card) else get_card(name_or_card)
    _check_choice("engine", engine, ENGINES)
    _check_choice("device", device, DEVICES)
    if card.backbone == FAKE.backbone:
        return FakeEmbedder(card)
    if engine == "torch" or (engine == "auto" and device == "cuda"):
        return _torch_embedder(card, device=device, threads=threads, batch_size=batch_size)
    if device == "cuda":
        raise EmbedderUnavailable(
            "ONNX Runtime serves the CPU only here: use engine torch for cuda"
        )
    return OnnxEmbedder(
        card,
        data_dir=data_dir,
        threads=threads,
        batch_size=batch_size,
        export_missing=export_missing,
    )


def _own_card(path: str) -> Card:
    card = load_dotted(path)()
    if not isinstance(card, Card):
        raise UnknownEmbedder(f"{path} returned a {type(card).__name__}, expected a Card")
    return card


def _torch_embedder(card: Card, *, device: str, threads: int, batch_size: int) -> Embedder:
    engine = load_dotted("search.embedding.backbones.torch_engine:TorchEmbedder")
    embedder: Embedder = engine(card, device=device, threads=threads, batch_size=batch_size)
    return embedder


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise EmbedderUnavailable(f"there is no {name} {value!r}: use {', '.join(choices)}")
