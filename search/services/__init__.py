"""What changes the index and the queries. Every writer goes through these names."""

from search.services.embedding import Batch, drain, embed_pending
from search.services.events import record_search
from search.services.examples import Example
from search.services.feedback import refine_query
from search.services.indexing import tend_index
from search.services.photos import Took
from search.services.queries import forget_query, photo_query, purge_queries
from search.services.queue import request_embedding
from search.services.reconciling import Reconciled, reconcile
from search.services.spaces import ensure_space, switch_space

__all__ = [
    "Batch",
    "Example",
    "Reconciled",
    "Took",
    "drain",
    "embed_pending",
    "ensure_space",
    "forget_query",
    "photo_query",
    "purge_queries",
    "reconcile",
    "record_search",
    "refine_query",
    "request_embedding",
    "switch_space",
    "tend_index",
]
