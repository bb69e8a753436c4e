"""Tokenisers as one JSON file that the `tokenizers` package reads: words to ids without torch.

Padding, truncation and the cleaning of the words are in the file too, so that whoever serves it
needs to know nothing of the network.
"""

from __future__ import annotations

import gzip
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from search.embedding.protocol import EmbedderUnavailable

START, END = "<start_of_text>", "<end_of_text>"
# CLIP's text tower takes its features where the highest id stands, which is END; it pads with 0.
_CLIP_PAD_ID = 0
_CLIP_WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+"
_CLIP_VOCABULARY = 49_408
_BYTES = 256
_MARKS = 2
_PUNCTUATION = r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"""


def clip_tokeniser(length: int) -> str:
    """The byte-pair tokeniser of CLIP, from the list of merges in open_clip's wheel.

    It gives open_clip's own ids but for text that open_clip first repairs (broken encodings, HTML
    entities, letters of double width), and never reads a mark of its own out of what was typed.
    """
    tokenizers = _tokenizers()
    merges = _clip_merges()
    vocabulary = _clip_vocabulary(merges)
    tokeniser = tokenizers.Tokenizer(
        tokenizers.models.BPE(
            vocab=vocabulary, merges=merges, end_of_word_suffix="</w>", continuing_subword_prefix=""
        )
    )
    normalizers = tokenizers.normalizers
    tokeniser.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Replace(tokenizers.Regex("[“”]"), '"'),
            normalizers.Replace(tokenizers.Regex("[‘’]"), "'"),
            normalizers.Lowercase(),
        ]
    )
    words = tokenizers.Regex(_CLIP_WORDS)
    tokeniser.pre_tokenizer = tokenizers.pre_tokenizers.Sequence(
        [
            tokenizers.pre_tokenizers.Split(words, behavior="removed", invert=True),
            tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokeniser.post_processor = tokenizers.processors.TemplateProcessing(
        single=f"{START} $A {END}",
        special_tokens=[(START, vocabulary[START]), (END, vocabulary[END])],
    )
    return _of_length(tokeniser, length, pad_id=_CLIP_PAD_ID)


def hub_tokeniser(repository: str, length: int) -> str:
    """The tokeniser of a repository of the Hugging Face hub, with SigLIP's cleaning before it:
    small letters, no punctuation, single spaces. Raises EmbedderUnavailable without the hub."""
    tokenizers = _tokenizers()
    try:
        from huggingface_hub import hf_hub_download

        files = [
            Path(hf_hub_download(repository, name))
            for name in ("tokenizer.json", "tokenizer_config.json")
        ]
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        raise EmbedderUnavailable(
            f"the tokeniser of {repository} could not be loaded: {error}. Check the connection, or "
            f"run `hf download {repository}` elsewhere and copy its cache (HF_HOME) here."
        ) from error
    return cleaned_tokeniser(
        tokenizers.Tokenizer.from_file(str(files[0])), json.loads(files[1].read_bytes()), length
    )


def cleaned_tokeniser(tokeniser: Any, config: dict[str, Any], length: int) -> str:
    """A tokeniser of the hub as open_clip uses it for SigLIP; `config` says what it pads with."""
    normalizers, regex = _tokenizers().normalizers, _tokenizers().Regex
    cleaning = [
        normalizers.Replace("_", " "),
        normalizers.Replace(regex(_PUNCTUATION), ""),
        normalizers.Lowercase(),
        normalizers.Replace(regex(r"\s+"), " "),
        normalizers.Strip(),
    ]
    own = [] if tokeniser.normalizer is None else [tokeniser.normalizer]
    tokeniser.normalizer = normalizers.Sequence([*cleaning, *own])
    pad = config["pad_token"]
    token = pad if isinstance(pad, str) else pad["content"]
    return _of_length(tokeniser, length, pad_id=tokeniser.token_to_id(token))


def _of_length(tokeniser: Any, length: int, *, pad_id: int) -> str:
    """The JSON of a tokeniser that always gives `length` ids."""
    tokeniser.enable_truncation(length)
    tokeniser.enable_padding(length=length, pad_id=pad_id, pad_token=tokeniser.id_to_token(pad_id))
    return str(tokeniser.to_str())


def _clip_merges() -> list[tuple[str, str]]:
    spec = find_spec("open_clip")
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderUnavailable(
            "the package open_clip_torch with CLIP's tokeniser is not installed. "
            "Run: pip install open_clip_torch tokenizers"
        )
    path = Path(spec.submodule_search_locations[0]) / "bpe_simple_vocab_16e6.txt.gz"
    # The first line is a heading, and the list goes on beyond what CLIP was trained with.
    lines = gzip.decompress(path.read_bytes()).decode().split("\n")[1:]
    pairs = [line.split() for line in lines[: _CLIP_VOCABULARY - 2 * _BYTES - _MARKS]]
    return [(left, right) for left, right in pairs]


def _clip_vocabulary(merges: list[tuple[str, str]]) -> dict[str, int]:
    """Ids: the bytes, the bytes that end a word, the merges in their order, the two marks."""
    letters = _byte_letters()
    names = [*letters, *(f"{each}</w>" for each in letters), *map("".join, merges), START, END]
    return {name: number for number, name in enumerate(names)}


def _byte_letters() -> list[str]:
    """A visible letter for each byte, in CLIP's order: those that are visible stand for themselves
    and come first; the others follow from 256 on."""
    visible = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1)]
    visible += range(ord("®"), ord("ÿ") + 1)
    return [*map(chr, visible), *(chr(_BYTES + place) for place in range(_BYTES - len(visible)))]


def _tokenizers() -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise EmbedderUnavailable(
            "searching pictures by words needs the package tokenizers, which is not installed. "
            "Run: pip install tokenizers"
        ) from error
    return tokenizers
