"""Classical descriptors of a picture: colour, texture and shape, and its dominant colours.

Small vectors without a network, computed from the decoded picture that the network sees too. Each
is a block of L2 norm 1; a space's card names its blocks, which are stored one behind the other.
"""

from search.embedding.descriptors.describing import DIMS, Described, blocks, describe
from search.embedding.descriptors.named_colours import COLOURS, NamedColour

__all__ = ["COLOURS", "DIMS", "Described", "NamedColour", "blocks", "describe"]
