"""What the schema says of each operation: a decorator for each, so that the views stay short."""

from search.api.describe import strict as strict  # registers itself
from search.api.describe.many import batch, embeddings
from search.api.describe.products import product, product_list, similar
from search.api.describe.searching import feedback, forget, results, search

__all__ = [
    "batch",
    "embeddings",
    "feedback",
    "forget",
    "product",
    "product_list",
    "results",
    "search",
    "similar",
]
