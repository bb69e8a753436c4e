"""What the shop answers, under the names that the API's schema gives.

A field that a later version of the shop adds is left out; one that is missing is an error. The
meaning of each field is told on the shop's page `/api/v1/docs/`.
"""

from lookalike_client.answers.explained import (
    Candidates,
    Explain,
    Fusion,
    Look,
    Pictures,
    Reading,
    Shares,
    Spread,
    Statement,
    Steps,
)
from lookalike_client.answers.found import (
    Answer,
    BatchAnswer,
    Batched,
    EmbeddingsAnswer,
    ErrorDetail,
    Facet,
    FacetValue,
    Hit,
    Took,
)
from lookalike_client.answers.products import (
    FullImage,
    FullProduct,
    Image,
    IndexedImage,
    ListedProduct,
    ProductList,
)
from lookalike_client.answers.webhooks import (
    Delivery,
    DeliveryList,
    NewWebhookAnswer,
    Webhook,
    WebhookEvent,
    WebhookList,
)
from lookalike_client.answers.written import BulkCounts, BulkResult, BulkSummary, LineError

__all__ = [
    "Answer",
    "BatchAnswer",
    "Batched",
    "BulkCounts",
    "BulkResult",
    "BulkSummary",
    "Candidates",
    "Delivery",
    "DeliveryList",
    "EmbeddingsAnswer",
    "ErrorDetail",
    "Explain",
    "Facet",
    "FacetValue",
    "FullImage",
    "FullProduct",
    "Fusion",
    "Hit",
    "Image",
    "IndexedImage",
    "LineError",
    "ListedProduct",
    "Look",
    "NewWebhookAnswer",
    "Pictures",
    "ProductList",
    "Reading",
    "Shares",
    "Spread",
    "Statement",
    "Steps",
    "Took",
    "Webhook",
    "WebhookEvent",
    "WebhookList",
]
