"""A catalogue to try the shop with: real photographs where they can be fetched, drawn ones else."""

from __future__ import annotations

from catalog.sample.load import SampleReport, load_sample
from catalog.sample.queries import SampleQuery, query_photos

__all__ = ["SampleQuery", "SampleReport", "load_sample", "query_photos"]
