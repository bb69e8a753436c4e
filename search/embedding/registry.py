"""Cards by name, and the embedder that serves a card."""

from __future__ import annotations

from pathlib import Path

from search.embedding.card_checks import SERVES
from search.embedding.cards import LITE0_CARDS
from search.embedding.dotted import load_dotted
from search.embedding.fake import FAKE, FakeEmbedder
from search.embedding.fake_text import FAKE_TEXT, FakeTextEmbedder
from search.embedding.onnx_engine import OnnxEmbedder
from search.embedding.open_clip_cards import OPEN_CLIP_CARDS
from search.embedding.openvino_engine import OpenVinoEmbedder
from search.embedding.precision_cards import PRECISION_CARDS
from search.embedding.protocol import (
    Card,
    Embedder,
    EmbedderUnavailable,
    TextEmbedder,
    UnknownEmbedder,
)
from search.embedding.text_engine import OnnxTextEmbedder
from search.embedding.timm_cards import TIMM_CARDS
from search.embedding.torchvision_cards import TORCHVISION_CARDS

ENGINES = ("auto", *SERVES)
DEVICES = ("cpu", "cuda")

_OWN = (*LITE0_CARDS, *PRECISION_CARDS, FAKE, FAKE_TEXT)
_CARDS = {card.name: card for card in (*_OWN, *TORCHVISION_CARDS, *TIMM_CARDS, *OPEN_CLIP_CARDS)}
_ALIASES = {
    "fake": FAKE.name,
    "fake-text": FAKE_TEXT.name,
    **{
        card.name.removeprefix("torchvision/").removesuffix("@1"): card.name
        for card in TORCHVISION_CARDS
    },
    **{card.name.removesuffix("@1"): card.name for card in (*TIMM_CARDS, *OPEN_CLIP_CARDS)},
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
    device: str = "cpu",
    threads: int = 1,
    batch_size: int = 8,
    export_missing: bool = True,
) -> Embedder:
    """An embedder for the card, not yet loaded.

    `engine` "auto" is the one that the card names, else torch where `device` is "cuda", else ONNX
    Runtime. ONNX Runtime and OpenVINO run on the CPU a network that lies exported under `data_dir`
    and is made there at first use if `export_missing`. `threads` is the number of cores one forward
    pass may use, `batch_size` how many pictures share one. Raises UnknownEmbedder, or
    EmbedderUnavailable for an engine or device that cannot be had, or that does not serve the card.
    """
    card = name_or_card if isinstance(name_or_card, Card) else get_card(name_or_card)
    _check_choice("engine", engine, ENGINES)
    _check_choice("device", device, DEVICES)
    if card.backbone == FAKE.backbone:
        return FakeEmbedder(card)
    chosen = _engine(card, engine=engine, device=device)
    if chosen == "torch":
        return _torch_embedder(card, device=device, threads=threads, batch_size=batch_size)
    runtime = OpenVinoEmbedder if chosen == "openvino" else OnnxEmbedder
    return runtime(
        card,
        data_dir=data_dir,
        threads=threads,
        batch_size=batch_size,
        export_missing=export_missing,
    )


def make_text_embedder(card: Card, *, data_dir: Path, export_missing: bool = True) -> TextEmbedder:
    """What embeds words in the card's space, not yet loaded. Whatever serves the pictures, ONNX
    Runtime serves the words: a query is one short text.

    Raises EmbedderUnavailable for a card that knows pictures only.
    """
    if not card.text:
        raise EmbedderUnavailable(
            f"{card.name} knows pictures only. Choose a card of open_clip to search them by words."
        )
    if card.backbone == FAKE.backbone:
        return FakeTextEmbedder(card)
    return OnnxTextEmbedder(card, data_dir=data_dir, export_missing=export_missing)


def _engine(card: Card, *, engine: str, device: str) -> str:
    """The engine by name, once it is clear that it can serve the card there."""
    if engine == "auto":
        engine = card.engine or _fitting(card, device)
    able = [card.engine] if card.engine else [n for n in SERVES if card.precision in SERVES[n]]
    if engine not in able:
        raise EmbedderUnavailable(
            f"engine {engine} does not serve {card.name}, which is in {card.precision}: use engine "
            f"auto or {' or '.join(able)}"
        )
    if device == "cuda" and engine != "torch":
        raise EmbedderUnavailable(f"engine {engine} serves the CPU only here: use torch for cuda")
    return engine


def _fitting(card: Card, device: str) -> str:
    return "torch" if device == "cuda" and card.precision == "fp32" else "onnxruntime"


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
