"""The events that a webhook may be told of. Triggers write the same names (search/sql)."""

from __future__ import annotations

IMAGE_READY = "image.ready"
IMAGE_FAILED = "image.failed"
PRODUCT_CREATED = "product.created"
PRODUCT_UPDATED = "product.updated"
PRODUCT_DELETED = "product.deleted"
# Sent when somebody asks for it, whatever a webhook has chosen.
PING = "ping"

EVENTS = (IMAGE_READY, IMAGE_FAILED, PRODUCT_CREATED, PRODUCT_UPDATED, PRODUCT_DELETED)
