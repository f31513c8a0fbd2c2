"""What was measured of each flow: whether it changed, by how much, and how sure that is.

Everything here adds along a path: the least delay, the mean delay over the least (RFC 5481), and of
loss the logarithm: if links lose q1 and q2 of what they are given, -ln(1-q1) - ln(1-q2) is that of
both. Delays are in ns, losses in that logarithm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from netkit.model.srv6.route import Route


class Quantity(StrEnum):
    """What may change on a link."""

    DELAY = "delay"
    JITTER = "jitter"
    LOSS = "loss"


class Statement(StrEnum):
    """What is said of one flow. Unknown is neither guilt nor innocence."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Shift:
    """A delay or jitter is ``value`` ns more than it was, with standard uncertainty ``sigma``."""

    value: float
    sigma: float


@dataclass(frozen=True, slots=True)
class LossCount:
    """Of ``sent`` probes ``lost`` were lost, where ``usual`` (a share of 1) are."""

    sent: int
    lost: int
    usual: float

    @property
    def value(self) -> float:
        """How much is lost beyond what is usual, as the logarithm that adds along a path."""
        share = min(self.lost, self.sent - 0.5) / self.sent
        return -math.log1p(-share) + math.log1p(-self.usual)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One flow: its name, all that it may have crossed, and what was seen of it.

    ``seen`` is None where nothing was measured. What was measured too coarsely for a statement has
    its weight in posteriors all the same.
    """

    flow: str
    route: Route
    statement: Statement
    seen: Shift | LossCount | None
