"""The one door for reading: page, API, admin and command line all ask here."""

from search.engine.cards import PUBLISHED
from search.selectors.browsing import browse
from search.selectors.catalogue import EVERY_STATUS, get_product, list_products
from search.selectors.indexed import image_index, index_progress, index_progress_lately, index_state
from search.selectors.questions import (
    active_space,
    find_product,
    get_query,
    question_of,
    similar_question,
    steps_to,
)
from search.selectors.searching import rank_images, search

__all__ = [
    "EVERY_STATUS",
    "PUBLISHED",
    "active_space",
    "browse",
    "find_product",
    "get_product",
    "get_query",
    "image_index",
    "index_progress",
    "index_progress_lately",
    "index_state",
    "list_products",
    "question_of",
    "rank_images",
    "search",
    "similar_question",
    "steps_to",
]
