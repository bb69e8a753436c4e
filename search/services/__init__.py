"""What changes the index and the queries. Every writer goes through these names."""

from search.services.bands import tend_bands
from search.services.batches import Asked, photo_queries
from search.services.deriving import derive_missing
from search.services.draining import drain
from search.services.dropping import drop_space
from search.services.embedding import Batch, embed_pending
from search.services.events import record_search, record_searches
from search.services.examples import Example
from search.services.feedback import refine_query
from search.services.filling import Filling, failed_in, fill, filling, lacking, pause
from search.services.indexing import tend_index
from search.services.keys import issue_key, note_use, revoke_keys
from search.services.photos import Took
from search.services.queries import forget_query, photo_query, purge_queries
from search.services.queue import request_embedding
from search.services.reconciling import Reconciled, reconcile
from search.services.saying import record_click, record_missed
from search.services.sharing import share_query
from search.services.spaces import create_derived, create_space, ensure_space, get_space
from search.services.switching import roll_back, switch_space
from search.services.vectors import photo_vectors
from search.services.wording import reworded

__all__ = [
    "Asked",
    "Batch",
    "Example",
    "Filling",
    "Reconciled",
    "Took",
    "create_derived",
    "create_space",
    "derive_missing",
    "drain",
    "drop_space",
    "embed_pending",
    "ensure_space",
    "failed_in",
    "fill",
    "filling",
    "forget_query",
    "get_space",
    "issue_key",
    "lacking",
    "note_use",
    "pause",
    "photo_queries",
    "photo_query",
    "photo_vectors",
    "purge_queries",
    "reconcile",
    "record_click",
    "record_missed",
    "record_search",
    "record_searches",
    "refine_query",
    "request_embedding",
    "revoke_keys",
    "reworded",
    "roll_back",
    "share_query",
    "switch_space",
    "tend_bands",
    "tend_index",
]
