"""Flows that should have windows, and the times in which they have none.

A flow should have one in every round of its campaign, or without rounds in every window: each such
time is judged once, when all that is on its way to the store has had time to come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from netkit.model.measurement.campaign import FieldCampaign
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import Window
from netkit.model.monitoring.alarm import Reading
from netkit.model.units import NS_PER_S
from netkit.monitor.changes.compare import FlowKey

GRACE_NS = 120 * NS_PER_S
"""Probes are decided, windows written, and perhaps delivered to another database."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Which flows should have a window every ``period_ns``; a round has at most
    ``round_windows`` of them, as its probes need not all be sent within one."""

    flows: frozenset[FlowKey]
    period_ns: int
    round_windows: int = 2

    @classmethod
    def of(cls, campaign: FieldCampaign) -> Expected:
        """What a campaign asks for."""
        flows = frozenset(FlowKey(one.src, one.dst, one.name) for one in campaign.flows)
        period_ns = max(campaign.window_ns, campaign.round_ns or 0)
        longest_ns = max((one.count * one.interval_ns for one in campaign.flows), default=0)
        return cls(flows, period_ns, 1 - -longest_ns // campaign.window_ns)

    def apart_ns(self, starts_ns: Iterable[int], length_ns: int) -> int:
        """In each multiple of what time there is to be a window of a flow whose windows of late
        began at ``starts_ns``: in each round, or where one has more of them than rounds leave, as
        of an agent, in each window."""
        in_period = Counter(at_ns // self.period_ns for at_ns in set(starts_ns))
        of_agent = max(in_period.values(), default=0) > self.round_windows
        return length_ns if of_agent else max(length_ns, self.period_ns)

    def judged(
        self, windows: Sequence[Window], last_ns: int | None, now_ns: int, since_ns: int = 0
    ) -> Iterator[tuple[int, Reading]]:
        """The begin of each period after ``last_ns`` that is over: good with a window in which any
        probe could be sent, else bad. ``windows`` are those from ``since_ns`` on: of periods that
        began earlier nobody can say.

        Of a flow that was never judged (None) it goes from its first window on, or from now on: of
        what was before nobody knows whether it should have been measured.
        """
        period_ns = self.period_ns
        end_ns = (now_ns - GRACE_NS) // period_ns * period_ns
        if last_ns is not None:
            # Periods may have been of another length then.
            begin_ns = last_ns // period_ns * period_ns + period_ns
            begin_ns = max(begin_ns, -(-since_ns // period_ns) * period_ns)
        elif windows:
            begin_ns = min(one.key.start_ns for one in windows) // period_ns * period_ns
        else:
            begin_ns = end_ns - period_ns
        held = {at for one in windows if _has_measured(one) for at in self._touched(one)}
        for at_ns in range(begin_ns, end_ns, period_ns):
            yield at_ns, Reading.GOOD if at_ns in held else Reading.BAD

    def _touched(self, window: Window) -> range:
        first = window.key.start_ns // self.period_ns * self.period_ns
        return range(first, window.key.start_ns + window.key.length_ns, self.period_ns)


def _has_measured(window: Window) -> bool:
    """Whether any probe has left its host; what a reflector saw came from one."""
    outcomes = window.outcomes
    return not outcomes or any(kind is not Outcome.NOT_SENT for kind, n in outcomes.items() if n)
