"""Which authenticated requests of a session have been answered before.

RFC 8762 has no protection against replay: whoever has seen an authentic packet may send it again,
and it stays authentic. Within a session its number gives it away (as in RFC 4303 §3.4.3), and its
timestamp tells a sender that began anew from somebody who repeats an earlier run.
"""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 1024
"""Numbers so far behind the highest are told apart; overtaking does not reach further."""


@dataclass(slots=True)
class ReplayWindow:
    """``highest`` number, which of those before it were ``seen`` (bit n: n below), newest T1."""

    highest: int = -1
    seen: int = 0
    newest_ns: int | None = None

    def replayed(self, sequence: int, timestamp_ns: int) -> bool:
        """Whether that request may have been answered before.

        One that is newer than all so far was not, whatever its number: a sender began anew. A
        higher number was not either, though its timestamp be older: the sender's clock was set
        back.
        """
        if self.newest_ns is None or timestamp_ns > self.newest_ns:
            return False
        below = self.highest - sequence
        return below >= WINDOW or (below >= 0 and bool(self.seen >> below & 1))

    def answered(self, sequence: int, timestamp_ns: int) -> None:
        """Remember a request that was not replayed."""
        ahead = sequence - self.highest
        newer = self.newest_ns is None or timestamp_ns > self.newest_ns
        if newer:
            self.newest_ns = timestamp_ns
        if ahead > 0:
            kept = self.seen << ahead if ahead < WINDOW else 0
            self.seen = (kept | 1) & ((1 << WINDOW) - 1)
            self.highest = sequence
        elif (newer and -ahead >= WINDOW) or self.seen >> -ahead & 1:
            self.highest, self.seen = sequence, 1
        else:
            self.seen |= 1 << -ahead
