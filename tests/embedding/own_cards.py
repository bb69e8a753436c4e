"""Cards of one's own, as a shop would add them: a factory here, the network in `own_networks`."""

from __future__ import annotations

from dataclasses import replace

from search.embedding import Card, Preprocessing, get_card

TINY = Card(
    name="tests/tiny@1",
    backbone="tests.embedding.own_networks:tiny",
    dim=3,
    licence="Apache-2.0",
    source="three channel means",
    preprocessing=Preprocessing(
        size=32,
        resize="squash",
        interpolation="bilinear",
        mean=(0.0, 0.0, 0.0),
        std=(255.0, 255.0, 255.0),
    ),
)

WORDY = replace(
    TINY,
    name="tests/wordy@1",
    source="three channel means and the words for them",
    text="tests.embedding.own_towers:colour_words",
)


def tiny() -> Card:
    """A network of one layer, for everything that is not about the network."""
    return TINY


def random_resnet18() -> Card:
    """torchvision's ResNet18 as it is before training: no weights are downloaded."""
    return replace(
        get_card("resnet18"),
        name="tests/random-resnet18@1",
        backbone="tests.embedding.own_networks:random_resnet18",
    )


def not_a_card() -> str:
    return "resnet18"
