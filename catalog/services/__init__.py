"""Writes to the catalogue. Every writer goes through these names."""

from catalog.services.bulk import Line, Result, write_lines
from catalog.services.images import (
    LAST_POSITION,
    add_image,
    attach_image,
    delete_image,
    prepare,
    replace_image,
    storage_of,
    stored_names,
)
from catalog.services.products import (
    Change,
    ProductGuard,
    Saved,
    delete_product,
    save_product,
    write_product,
)

__all__ = [
    "LAST_POSITION",
    "Change",
    "Line",
    "ProductGuard",
    "Result",
    "Saved",
    "add_image",
    "attach_image",
    "delete_image",
    "delete_product",
    "prepare",
    "replace_image",
    "save_product",
    "storage_of",
    "stored_names",
    "write_lines",
    "write_product",
]
