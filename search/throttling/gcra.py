"""The generic cell rate algorithm and a daily quota, in one Lua script: Redis runs it as a whole or
not at all.

As "virtual scheduling" of ITU-T I.371, annex A.1: a key holds one time alone, at which the next
request would come if all came evenly. One may come earlier by the tolerance, which is the burst.
What is allowed within any t seconds is thus `burst + rate * t` at most. A request that costs n
takes the place of n that come at once: it is let through whole or not at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

MINUTE = 60_000_000  # microseconds, as all times here
DAY = 1440 * MINUTE

# The clock is Redis's own: web machines need not agree. A time further off than any burst reaches
# comes from a clock that was set back or from a looser limit; counting on from it could lock a
# client out for hours. Lua would write a time in 14 digits, too few by two. The day stands beside
# its count: with the expiry alone, a clock that was set forward would carry yesterday's into today.
# Nothing is written unless rate and quota both allow it: a refused request costs nothing.
SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local step, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
local cost, per_day = tonumber(ARGV[3]), tonumber(ARGV[4])
local due, used = now, 0

if step > 0 then due = tonumber(redis.call('GET', KEYS[1]) or now) end
if due < now or due > now + tolerance + step then due = now end
local following = due + cost * step
local wait = math.max(0, following - step - tolerance - now)

local today = math.floor(now / 86400000000)
local midnight = (today + 1) * 86400000000 - now
if per_day > 0 then
    local day, count = string.match(redis.call('GET', KEYS[2]) or '', '^(%d+) (%d+)$')
    if tonumber(day or -1) == today then used = tonumber(count) end
    if used + cost > per_day then return {wait, midnight, due - now, used, midnight} end
end
if wait > 0 then return {wait, 0, due - now, used, midnight} end

if step > 0 then
    local left = math.ceil((following - now) / 1000)
    redis.call('SET', KEYS[1], string.format('%.0f', following), 'PX', string.format('%.0f', left))
end
if per_day > 0 then
    used = used + cost
    local left = math.ceil(midnight / 1000)
    local counted = string.format('%.0f %.0f', today, used)
    redis.call('SET', KEYS[2], counted, 'PX', string.format('%.0f', left))
end
return {0, 0, following - now, used, midnight}
"""


class Limit(NamedTuple):
    """So many requests a minute, `burst` of them at once, and so many a calendar day in UTC; 0 is
    no limit."""

    per_minute: int = 0
    burst: int = 0
    per_day: int = 0

    @property
    def step(self) -> int:
        """The time between two requests that come evenly, rounded so that never too many pass."""
        return math.ceil(MINUTE / self.per_minute) if self.per_minute else 0

    def arguments(self, cost: int) -> Sequence[int]:
        """What the script takes: step, tolerance, cost, quota."""
        return self.step, max(0, self.burst - 1) * self.step, cost, self.per_day

    def __bool__(self) -> bool:
        return bool(self.per_minute or self.per_day)


class Window(NamedTuple):
    """`limit` requests within `seconds`; so many remain, and all are there again after `reset`
    seconds."""

    limit: int
    seconds: int
    remaining: int
    reset: int


class Verdict(NamedTuple):
    """Whether a request may go on; else after how many whole seconds another one may, and whether
    it's the day's quota that is used up. `windows` is empty where nothing was counted."""

    allowed: bool
    retry_after: int = 0
    by_quota: bool = False
    windows: Sequence[Window] = ()


def verdict(answer: Sequence[int], limit: Limit) -> Verdict:
    """What the script's answer means: the waits for rate and quota, the time until the burst is
    whole again, what the day has seen, the time until midnight."""
    wait, quota_wait, busy, used, midnight = answer
    windows = []
    if limit.per_minute:
        whole = limit.burst * limit.step
        left = max(0, (whole - busy) // limit.step)
        windows.append(Window(limit.burst, _seconds(whole), left, _seconds(busy)))
    if limit.per_day:
        left = max(0, limit.per_day - used)
        windows.append(Window(limit.per_day, _seconds(DAY), left, _seconds(midnight)))
    longest = max(wait, quota_wait)
    return Verdict(longest == 0, _seconds(longest), quota_wait > 0, windows)


def _seconds(time: int) -> int:
    """Whole ones, rounded up."""
    return math.ceil(time / 1_000_000)
