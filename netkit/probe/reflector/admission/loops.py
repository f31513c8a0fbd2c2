"""What would go round for ever between a reflector and something that answers its replies.

Ports stop most of it (``access``). The rest is told by what it carries. A reflector at the other
end copies this one's T3 into its reply as the sender's timestamp; an echo brings this one's own T2
back where that stood. A sender has zeros there, or padding. So a "request" with an instant of the
last minute at either place, by this clock, is an answer to this reflector. That needs no session,
and holds in a full table, without state and with a key as well.

Something that answers anything with text of its own would still go on. It has no numbers that
count up, as every sender's do, so it gets a few replies and then none.
"""

from __future__ import annotations

from collections import OrderedDict

from netkit.wire.timestamps import TimestampFormat, encode_timestamp

OWN_REPLY = "own_reply"
NO_PROGRESS = "no_progress"

_SPAN_S = 60
"""Longer ago or ahead a stamp is not taken for one of this reflector's."""

_PLACES, _AUTHENTICATED_PLACES = (16, 28), (32, 64)
"""Where a reply has T2 and the sender's timestamp (RFC 8762 §4.3)."""

_SECONDS = 1 << 32
_STEP = 1024
_STRIKES = 16
_SOURCES = 4096


def is_own_reply(data: bytes, wall_ns: int, *, authenticated: bool) -> bool:
    """Whether ``data`` brings back an instant that this host's clock showed of late.

    Of random padding that is said once in 9 million packets.
    """
    now_s = [encode_timestamp(wall_ns, form) >> 32 for form in TimestampFormat]
    for at in _AUTHENTICATED_PLACES if authenticated else _PLACES:
        stamp_s = int.from_bytes(data[at : at + 4])
        near = any((stamp_s - now + _SPAN_S) % _SECONDS <= 2 * _SPAN_S for now in now_s)
        if near and len(data) >= at + 8:
            return True
    return False


class Progress:
    """The numbers of senders that might be none, of at most so many sources at a time."""

    def __init__(self, sources: int = _SOURCES) -> None:
        self._limit = sources
        self._seen: OrderedDict[tuple[str, int], tuple[int, int]] = OrderedDict()

    def goes_on(self, source: tuple[str, int], sequence: int) -> bool:
        """Whether ``source`` still looks like a sender, after a request with that number.

        Not after 16 in a row that did not count up, by 1 to 1024 each.
        """
        before, strikes = self._seen.pop(source, (sequence - 1, 0))
        counts_up = 0 < (sequence - before) % _SECONDS <= _STEP
        strikes = 0 if counts_up else min(strikes + 1, _STRIKES)
        if len(self._seen) >= self._limit:
            self._seen.popitem(last=False)
        self._seen[source] = (sequence, strikes)
        return strikes < _STRIKES
