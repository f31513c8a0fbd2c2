"""The Session-Senders of many flows without sockets, as arrays over all of them.

Each flow keeps the rules of :mod:`netkit.probe.sender.session`, which tests hold it to sample by
sample, with these differences:

- it has no end: probes are decided ``settle_ns`` after they were sent, or later while nothing that
  could tell which way they were lost has been answered; an answer after that is only counted;
- of losses the direction is told from the ring of the flow, four times what is under way;
- after a stall of this program the probes that it has missed are not sent in one burst: those that
  are an interval late or more are left out, and counted;
- a reply must come from the address that was probed, as strangers share the socket.

``now_ns`` is the caller's monotonic clock, ``wall_ns`` its UTC clock; neither is read here.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from netkit.probe.agent.deciding import Decided, decide
from netkit.probe.agent.flow import AgentFlow, FlowKey
from netkit.probe.agent.held import WIRE, HeldProbes
from netkit.probe.agent.rows import ROWS, Numbers
from netkit.probe.agent.schedule import Schedule
from netkit.probe.sender.clock_watch import ClockReading, ClockWatch
from netkit.stats.sample_arrays import UNKNOWN
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate, encode_timestamp

_HEAD = struct.Struct("!IQ")


class Due(NamedTuple):
    """Probes to be sent now, one row each: which flow, its number, and T1 as they carry it."""

    flows: Numbers
    sequences: Numbers
    timestamp: int


class Fleet(HeldProbes):
    """All flows of one agent. Call :meth:`begin`, then feed it; :meth:`settle` gives samples."""

    def __init__(
        self, flows: Sequence[AgentFlow], estimate: ErrorEstimate = UNSYNCHRONISED
    ) -> None:
        super().__init__(estimate)
        self._clock = ClockWatch()
        self._schedule = Schedule()
        self._asked = list(flows)
        self._begun_until_ns: dict[tuple[FlowKey, int], int] = {}

    def begin(self, now_ns: int, wall_ns: int, taken: Collection[tuple[FlowKey, int]] = ()) -> None:
        """Schedule the flows that were given.

        Where the window of now is ``taken``, as it is stored already, by key and length of windows,
        a flow begins with the next one: a store keeps the first of two windows of one name. So do
        flows that come in while that window runs.
        """
        asked, self._asked = self._asked, []
        for key, length_ns in taken:
            self._begun_until_ns[key, length_ns] = _end_ns(wall_ns, length_ns)
        self._add(asked, now_ns, wall_ns, taken)

    def reconfigure(self, flows: Sequence[AgentFlow], now_ns: int, wall_ns: int) -> None:
        """Go on with these: equal ones as they are, others from their beginning, or from that of
        the next window where they had begun one otherwise, be it before they were taken out.

        What is undecided of those that are no longer wanted is forgotten: :meth:`finish` them.
        """
        taken = self._taken(wall_ns)
        self.roster.keep(np.setdiff1d(np.arange(len(self.flows)), self.leaving(flows)))
        self.heard.clear()
        kept = {flow.key for flow in self.flows}
        self._schedule.keep(kept)
        self.more_numbers = {key: found for key, found in self.more_numbers.items() if key in kept}
        self._add([flow for flow in flows if flow.key not in kept], now_ns, wall_ns, taken)

    def _taken(self, wall_ns: int) -> Collection[tuple[FlowKey, int]]:
        """The flows, by key and length of windows, that had begun the window of now."""
        begun = {one: end for one, end in self._begun_until_ns.items() if end > wall_ns}
        for flow in self.flows:
            begun[flow.key, flow.window_ns] = _end_ns(wall_ns, flow.window_ns)
        self._begun_until_ns = begun
        return begun.keys()

    def leaving(self, flows: Sequence[AgentFlow]) -> Numbers:
        """The places of the flows that would not go on if these were wanted."""
        wanted = {flow.key: flow for flow in flows}
        places = [at for at, flow in enumerate(self.flows) if wanted.get(flow.key) != flow]
        return np.array(places, np.int64)

    def due_ns(self) -> int | None:
        """When the next probe is due; None if there are no flows. May lie in the past."""
        return int(self.state["next_ns"].min()) if len(self.state) else None

    def take_due(self, reading: ClockReading) -> Due:
        """What is due by now: at most one probe of each flow."""
        flows = np.flatnonzero(self.state["next_ns"] <= reading.before_ns)
        if not flows.size:
            return Due(flows, flows, 0)
        self.look(reading)
        state = self.state
        sequences = state["end"][flows].copy()
        timestamp = encode_timestamp(reading.utc_ns, self.roster.estimate.form)
        self._enter(flows, sequences, reading, timestamp)
        state["end"][flows] += 1
        self.probes += len(flows)
        for flow, missed in self._schedule.advance(self.flows, state, flows, reading.before_ns):
            self.note(flow, self.turn(flow), "not scheduled: this program was late", missed)
        return Due(flows, sequences, timestamp)

    def request(self, flow: int, sequence: int, timestamp: int) -> bytes:
        """The bytes of one probe."""
        template = self.roster.templates[flow, : self.flows[flow].request_bytes].tobytes()
        sealer = self.roster.sealers[flow]
        if sealer is not None:
            return sealer.request(template, sequence & WIRE, timestamp)
        return _HEAD.pack(sequence & WIRE, timestamp) + template[_HEAD.size :]

    def look(self, reading: ClockReading) -> None:
        """Hold one clock against the other; to be called after replies were read as well."""
        before_ns = self._clock.set_ns
        stepped = self._clock.look(reading, 0)
        stepped_ns = self._clock.set_ns - before_ns
        for timeline in self.roster.timelines:
            timeline.look(reading.utc_ns, stepped=stepped, step_ns=stepped_ns)
        if stepped:
            self._clock.steps.clear()  # each window counts its own
            _, open_ = self.undecided()
            open_ = open_[self.rows["answers"][open_] == 0]
            marked = np.concatenate([open_, *self.heard])
            self.rows["stepped_ns"][marked] = self._clock.set_ns - self.rows["set_ns"][marked]
        self.heard.clear()

    def transmitted(self, flows: Numbers, sequences: Numbers, time_ns: Numbers) -> None:
        """The kernel says when it handed these probes to the interface: T1.

        A stamp from before the probe was made is that of an earlier datagram; it is nobody's.
        """
        state = self.state[flows]
        places = state["base"] + (sequences & state["mask"])
        kept = (sequences >= state["decided"]) & (sequences < state["end"])
        kept &= time_ns >= self.rows["t1_userspace_ns"][places]
        self.rows["t1_ns"][places[kept]] = time_ns[kept]

    def not_sent(self, flow: int, sequence: int, reason: str) -> None:
        """The host itself could not send the probe."""
        self.mark(flow, sequence, "not_sent", f"not sent: {reason}")

    def settle(self, now_ns: int) -> Decided:
        """The samples of all that is decided by now, flow by flow, in order of their numbers."""
        return decide(self, now_ns)

    def finish(self, now_ns: int, flows: Numbers | None = None) -> Decided:
        """The rest, of all flows or of these; what may still be answered is noted as undecided."""
        return decide(self, now_ns, last=np.arange(len(self.flows)) if flows is None else flows)

    def oldest_turns(self) -> Numbers:
        """Of each flow, the window of its first probe that is not decided, or that of now."""
        state = self.state
        if not len(state):
            return np.zeros(0, np.int64)
        waiting = state["decided"] < state["end"]
        first = state["base"] + (state["decided"] & state["mask"])
        now = self.roster.turns()[state["length"]]
        return np.asarray(np.where(waiting, self.rows["turn"][first], now))

    def _add(
        self,
        flows: list[AgentFlow],
        now_ns: int,
        wall_ns: int,
        taken: Collection[tuple[FlowKey, int]],
    ) -> None:
        first = len(self.flows)
        self.roster.add(flows, wall_ns)
        for place in range(first, len(self.flows)):
            flow = self.flows[place]
            is_taken = (flow.key, flow.window_ns) in taken
            wait_ns = -wall_ns % flow.window_ns if is_taken else 0
            self.state["next_ns"][place] = self._schedule.first_ns(
                flow, now_ns + wait_ns, wall_ns + wait_ns
            )

    def _enter(
        self, flows: Numbers, sequences: Numbers, reading: ClockReading, timestamp: int
    ) -> None:
        """Rows for probes that are made now."""
        state, rows = self.state, self.rows
        places = state["base"][flows] + (sequences & state["mask"][flows])
        rows[places] = np.zeros(1, ROWS)
        for name in ("t1_ns", "stepped_ns", "told_ns"):
            rows[name][places] = UNKNOWN
        rows["scheduled_ns"][places] = state["next_ns"][flows]
        rows["sent_ns"][places] = reading.before_ns
        rows["t1_userspace_ns"][places] = reading.utc_ns
        rows["set_ns"][places] = self._clock.set_ns
        rows["timestamp"][places] = timestamp
        rows["turn"][places] = self.roster.turns()[state["length"][flows]]


def _end_ns(wall_ns: int, length_ns: int) -> int:
    """When the window of now ends."""
    return wall_ns + length_ns - wall_ns % length_ns
