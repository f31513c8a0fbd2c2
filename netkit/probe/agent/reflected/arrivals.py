"""Which flow each request belongs to, and the windows of all flows that this site answers.

A request names its flow by its SSID and the address that it came from: what comes from elsewhere
belongs to nobody, and is only counted. After this program stood still nothing is over for a while:
requests that have come meanwhile are read first.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address

from netkit.model.measurement.window import ClockState, DirectionWindow, Window, WindowKey
from netkit.model.units import NS_PER_S
from netkit.probe.agent.flow import FlowKey
from netkit.probe.agent.overflows import Overflow, Overflows
from netkit.probe.agent.reflected.counts import WindowCounts
from netkit.probe.agent.reflected.flow import AnsweredFlow
from netkit.probe.agent.reflected.session import HeardSession, Refused
from netkit.probe.agent.windows import OwnClock
from netkit.probe.sender.clock_watch import ClockReading, ClockWatch

UNANSWERED = "received and not answered"
OF_NO_FLOW = "of no flow of these campaigns"
_STALLED_NS = NS_PER_S
_SETTLE_NS = NS_PER_S // 2
_IPV4, _IPV6 = 4, 6


class AnsweredFlows:
    """``counters`` counts requests that are in no window, by why: also those of an address and SSID
    that are no flow's, as of a peer with other campaigns.

    Reflectors ask :meth:`knows` and call :meth:`arrived` or :meth:`passed`; call :meth:`work` after
    each round.
    """

    def __init__(self, flows: Sequence[AnsweredFlow]) -> None:
        self.counters: Counter[str] = Counter()
        self.clock = OwnClock()
        self.flows: tuple[AnsweredFlow, ...] = ()
        self.overflows = Overflows()
        self._sessions: dict[FlowKey, tuple[AnsweredFlow, HeardSession]] = {}
        self._lanes: dict[FlowKey, int] = {}
        self._by_source: dict[tuple[str, int], FlowKey] = {}
        self._found: Mapping[str, frozenset[str]] = {}
        self._watch, self._steps = ClockWatch(), 0
        self._worked_ns: int | None = None
        self._settle_ns = 0
        self.reconfigure(flows)

    def reconfigure(self, flows: Sequence[AnsweredFlow]) -> list[Window]:
        """Go on with these, equal ones as they are; the windows in progress of all others."""
        wanted = {flow.key: flow for flow in flows}
        gone = [one for key, (one, _) in self._sessions.items() if wanted.get(key) != one]
        made = [window for flow in gone for window in self._ended(flow.key)]
        for flow in flows:
            if flow.key not in self._sessions:
                session = HeardSession(flow.window_ns, flow.patience_ns)
                self._sessions[flow.key] = flow, session
        self.flows = tuple(flows)
        self.resolved(self._found)
        return made

    def resolved(self, found: Mapping[str, Iterable[str]]) -> None:
        """What the names among the flows' addresses stand for; literal ones stand for themselves.

        A name that is not in it keeps what it had.
        """
        self._found = {**self._found, **{name: frozenset(some) for name, some in found.items()}}
        self._by_source = {
            (address, flow.ssid): flow.key
            for flow in self.flows
            for one in flow.addresses
            for address in self._found.get(one, (plain_address(one) or one,))
        }

    def knows(self, source: str, ssid: int) -> bool:
        """Whether requests of that address and SSID belong to a flow."""
        return (source.partition("%")[0], ssid) in self._by_source

    def arrived(
        self, source: tuple[str, int], ssid: int, number: int, t1_ns: int, t2_ns: int, came_ns: int
    ) -> WindowCounts | None:
        """A request of a flow came; None if it was not counted, or was a copy.

        T1 and T2 are UTC as each end has it, ``came_ns`` is monotonic.
        """
        key = self._by_source[source[0].partition("%")[0], ssid]
        _, session = self._sessions[key]
        self._lanes[key] = _IPV6 if ":" in source[0] else _IPV4
        counted = session.hear(source[1], number, t1_ns, t2_ns, came_ns, self._steps)
        if isinstance(counted, Refused):
            self.counters[f"in no window: {counted}"] += 1
            return None
        return counted

    def passed(self) -> None:
        """A request came that is of none of these flows."""
        self.counters[OF_NO_FLOW] += 1

    def dropped(self, version: int, count: int, from_ns: int, until_ns: int) -> None:
        """The socket of that version of IP had no room for so many between two looks."""
        self.overflows.add(Overflow(version, count, from_ns, until_ns))

    def work(self, reading: ClockReading) -> list[Window]:
        """The windows that are over."""
        now_ns = reading.before_ns
        self._steps += self._watch.look(reading, 0)
        self._watch.steps.clear()
        before_ns, self._worked_ns = self._worked_ns, now_ns
        if before_ns is None or now_ns - before_ns > _STALLED_NS:
            self._settle_ns = now_ns + _STALLED_NS
        if now_ns < self._settle_ns:
            return []
        self._settle_ns = now_ns + _SETTLE_NS
        return [
            self._window(flow, start_ns, counts)
            for flow, session in self._sessions.values()
            for start_ns, counts in session.over(now_ns, self._steps)
        ]

    def end(self) -> list[Window]:
        """Every window in progress, none of them whole."""
        return [window for key in list(self._sessions) for window in self._ended(key)]

    def begin_anew(self) -> list[Window]:
        """Requests may have come that nobody counted: what is in progress is not whole."""
        made = self.end()
        self.reconfigure(self.flows)
        return made

    def _ended(self, key: FlowKey) -> Iterator[Window]:
        flow, session = self._sessions.pop(key)
        for start_ns, counts in session.end():
            yield self._window(flow, start_ns, counts)
        self._lanes.pop(key, None)

    def _window(self, flow: AnsweredFlow, start_ns: int, counts: WindowCounts) -> Window:
        campaign, src, dst, name = flow.key
        key = WindowKey(campaign, dst, src, dst, name, start_ns, flow.window_ns)
        dropped = counts.take_dropped(self.overflows.waiting(), self._lanes.get(flow.key, 0))
        error_ns = math.inf if flow.free_running else self.clock.error_ns
        known_ns = None if math.isinf(error_ns) else math.ceil(error_ns)
        clock = ClockState(self.clock.source, known_ns, self._steps - counts.steps)
        return Window(
            key,
            forward=DirectionWindow(
                received=counts.received, duplicates=counts.duplicates, reordered=counts.reordered
            ),
            backward=DirectionWindow(sent=counts.received - counts.unanswered),
            reflector_clock=clock,
            incomplete=not counts.whole,
            dropped_here=dropped,
            notes={UNANSWERED: counts.unanswered} if counts.unanswered else {},
        )


def plain_address(address: str) -> str | None:
    """A literal address as sockets write it, without a zone; None for a name."""
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return None
