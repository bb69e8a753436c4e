"""How an answer came about, for whoever asks for it with the answer."""

from search.engine.explaining.explanation import (
    Explanation,
    Fusion,
    Look,
    Pictures,
    Reading,
    Statement,
)
from search.engine.explaining.trace import Trace, tracing

__all__ = [
    "Explanation",
    "Fusion",
    "Look",
    "Pictures",
    "Reading",
    "Statement",
    "Trace",
    "tracing",
]
