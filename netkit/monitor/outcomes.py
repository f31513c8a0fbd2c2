"""What jobs of watching came to, for whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from netkit.model.monitoring.alarm import Alarm
from netkit.monitor.alarms.closing import Undecided
from netkit.monitor.changes.clocks import MovedClocks
from netkit.monitor.changes.compare import FlowChange, FlowKey
from netkit.monitor.locate.location import Location
from netkit.stats.clocks.clock_bounds import Contradiction


@dataclass(frozen=True)
class Located:
    """What changed of one quantity, and where that comes from.

    ``unrouted`` flows have windows but no route: they are not of the campaign, a site of theirs
    stands for no node, or the topology does not carry their list. ``clocks`` are the sites whose
    clocks moved beyond what they claim, with what each gained in ns (None: not known): of their
    flows only round trips, and losses, were looked at.
    """

    location: Location
    changes: tuple[FlowChange, ...]
    unrouted: tuple[FlowKey, ...]
    clocks: MovedClocks = field(default_factory=dict)


@dataclass(frozen=True)
class Evaluation:
    """What one evaluation came to: alarms that began, ids of those that ended, what could not be
    decided; ``active`` are all alarms that are not cleared after it. ``contradiction`` is why
    nothing is certain of the last windows where clocks bound nothing, None if something may be."""

    raised: tuple[Alarm, ...]
    cleared: tuple[str, ...]
    undecided: tuple[Undecided, ...]
    active: tuple[Alarm, ...]
    contradiction: Contradiction | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """How many deliveries were taken, and which failed: event, target, why."""

    taken: int
    failed: tuple[tuple[str, str, str], ...]
