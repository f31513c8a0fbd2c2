"""What went from one site to another in a time, as a value: what history shows and exports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netkit.model.measurement.session_state import SessionNotes
from netkit.model.verdict import Verdict
from netkit.stats.clocks.clock_bounds import Contradiction
from netkit.stats.windows.columns import DelayRow

PERCENTS = (50, 95, 99, 99.9)
"""The percentiles of each row, in this order."""


class By(StrEnum):
    """Into which pieces a time is cut; days are those of UTC."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class DirectionHistory:
    """What went from ``src`` to ``dst`` in one flow from ``since_ns`` on, to before ``until_ns``.

    A count is None where it is not known. ``probes`` set out in the sessions that tell of it, of
    which ``unanswered`` had no answer, whichever way they were lost: of minutes in which nothing
    came back that is all that anybody knows. ``delay`` and ``ipdv`` have the percentiles PERCENTS.
    ``disputed``: both ends saw a window of it, and contradict each other (see :mod:`.joined`).
    """

    campaign: str
    src: str
    dst: str
    flow: str
    since_ns: int
    until_ns: int
    sent: int | None
    received: int | None
    lost: int | None
    duplicates: int
    reordered: int
    delay: DelayRow | None
    ipdv: DelayRow | None
    uncertainty_ns: int | None
    certified_ns: tuple[int, int] | None
    verdict: Verdict
    disputed: bool = False
    probes: int | None = None
    unanswered: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Rows by time and direction; the time that they cover may be wider than was asked.

    ``notes`` are those of the whole time, read where a pair was asked for. ``contradiction`` says
    why the last windows that no clocks explain are certified by nothing, where they were asked.
    """

    since_ns: int
    until_ns: int
    by: By
    rows: list[DirectionHistory]
    notes: tuple[SessionNotes, ...] = ()
    contradiction: Contradiction | None = None
