"""How often one client may do something. Anybody's room: pages and the API count alike."""

from search.throttling.clients import client_key
from search.throttling.gcra import Limit, Verdict, Window
from search.throttling.limits import allow, without_redis
from search.throttling.searches import Kind, count_search, search_limit

__all__ = [
    "Kind",
    "Limit",
    "Verdict",
    "Window",
    "allow",
    "client_key",
    "count_search",
    "search_limit",
    "without_redis",
]
