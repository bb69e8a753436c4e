"""What the schema says of each operation: a decorator for each, so that the views stay short."""

from search.api.describe import strict as strict  # registers itself
from search.api.describe.images import add_image, delete_image, image
from search.api.describe.many import batch, embeddings
from search.api.describe.products import product, product_list, similar
from search.api.describe.searching import feedback, forget, results, search
from search.api.describe.writing import (
    bulk_products,
    delete_product,
    patch_product,
    put_product,
)

__all__ = [
    "add_image",
    "batch",
    "bulk_products",
    "delete_image",
    "delete_product",
    "embeddings",
    "feedback",
    "forget",
    "image",
    "patch_product",
    "product",
    "product_list",
    "put_product",
    "results",
    "search",
    "similar",
]
