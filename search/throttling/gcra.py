"""The generic cell rate algorithm, in one Lua script: Redis runs it as a whole or not at all.

As "virtual scheduling" of ITU-T I.371, annex A.1: a key holds one time alone, at which the next
request would come if all came evenly. One may come earlier by the tolerance, which is the burst.
What is allowed within any t seconds is thus `burst + rate * t` at most.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

MINUTE = 60_000_000  # microseconds, as all times here

# The clock is Redis's own: web machines need not agree. A time further off than any burst reaches
# comes from a clock that was set back or from a looser limit; counting on from it could lock a
# client out for hours. Lua would write a time in 14 digits, too few by two.
SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local step, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = tonumber(redis.call('GET', KEYS[1]) or now)
if due < now or due > now + tolerance + step then due = now end
if due > now + tolerance then return due - tolerance - now end
local following = due + step
local left = math.ceil((following - now) / 1000)
redis.call('SET', KEYS[1], string.format('%.0f', following), 'PX', string.format('%.0f', left))
return 0
"""


class Verdict(NamedTuple):
    """Whether a request may go on; else after how many whole seconds another one may."""

    allowed: bool
    retry_after: int = 0


def arguments(*, per_minute: int, burst: int) -> Sequence[int]:
    """The script's step between two requests and its tolerance, for so many in a minute, `burst` of
    them at once. Rounded so that never too many pass."""
    step = math.ceil(MINUTE / per_minute)
    return step, (burst - 1) * step


def verdict(wait: int) -> Verdict:
    """What the script's answer means: 0, or the time to wait."""
    return Verdict(allowed=wait == 0, retry_after=math.ceil(wait / 1_000_000))
