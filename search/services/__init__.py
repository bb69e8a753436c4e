"""What changes the index and the queries. Every writer goes through these names."""

from search.services.embedding import Batch, drain, embed_pending
from search.services.events import record_search
from search.services.queries import Took, forget_query, photo_query, purge_queries
from search.services.queue import request_embedding
from search.services.reconciling import Reconciled, reconcile
from search.services.spaces import ensure_space, switch_space

__all__ = [
    "Batch",
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
    "request_embedding",
    "switch_space",
]
