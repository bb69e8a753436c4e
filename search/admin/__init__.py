"""What staff see of the search: badges, queue, spaces, searches, feedback, keys, webhooks."""

from __future__ import annotations

from search.admin.events import SearchEventAdmin
from search.admin.feedback import SearchFeedbackAdmin
from search.admin.golden import GoldenQueryAdmin
from search.admin.keys import ApiKeyAdmin
from search.admin.product import IndexedProductAdmin
from search.admin.queue import EmbeddingJobAdmin
from search.admin.spaces import EmbeddingSpaceAdmin
from search.admin.webhooks import WebhookAdmin
from search.admin.webhooks_log import WebhookDeliveryAdmin

__all__ = [
    "ApiKeyAdmin",
    "EmbeddingJobAdmin",
    "EmbeddingSpaceAdmin",
    "GoldenQueryAdmin",
    "IndexedProductAdmin",
    "SearchEventAdmin",
    "SearchFeedbackAdmin",
    "WebhookAdmin",
    "WebhookDeliveryAdmin",
]
