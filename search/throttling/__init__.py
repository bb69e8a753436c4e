"""How often one client may do something. Anybody's room: pages use it now, API keys may."""

from search.throttling.clients import client_key
from search.throttling.gcra import Verdict
from search.throttling.limits import allow, without_redis

__all__ = ["Verdict", "allow", "client_key", "without_redis"]
