"""Where a packet may go: every branch that ECMP leaves it, with the share of flows on each.

A certificate (``segment_list.Certificate``) says what all branches of a list keep. A route says
which branches there are, so that what was measured over it can be laid on links.
"""

from __future__ import annotations

from dataclasses import dataclass

Arc = tuple[str, str]
"""One direction of a link, as certificates have it: (link id, headend)."""


@dataclass(frozen=True, slots=True)
class Hop:
    """An arc that may be crossed; ``share`` of the flows that come to ``tail`` leave over it."""

    arc: Arc
    tail: str
    head: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Route:
    """The legs between the segments of a list, in order of travel.

    A leg has its hops in topological order, the first out of where it begins; a leg that is done at
    once has none. A flow is hashed at each node by itself, and takes one branch as long as its
    addresses, ports and flow label stay (RFC 6437, RFC 6438).
    """

    legs: tuple[tuple[Hop, ...], ...]

    def then(self, other: Route) -> Route:
        """There and back, or over one list after another."""
        return Route(self.legs + other.legs)

    @property
    def arcs(self) -> frozenset[Arc]:
        """All that any branch crosses."""
        return frozenset(hop.arc for leg in self.legs for hop in leg)
