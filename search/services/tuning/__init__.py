"""What the catalogue teaches the search: gathered, fitted, checked, offered."""

from search.services.tuning.outcome import TuningOutcome
from search.services.tuning.run import tune

__all__ = ["TuningOutcome", "tune"]
