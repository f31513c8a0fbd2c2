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
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import StampSource
from netkit.probe.agent.deciding import Decided, decide
from netkit.probe.agent.dropped import Overflows
from netkit.probe.agent.flow import MAX_SSID, AgentFlow, FlowKey
from netkit.probe.agent.follow_ups import learn_follow_ups, take_follow_ups
from netkit.probe.agent.reflector_clocks import bounds_ns
from netkit.probe.agent.rows import (
    FLOWS,
    ROWS,
    Numbers,
    new_flows,
    new_numbers,
    ranges,
)
from netkit.probe.agent.timeline import Timeline
from netkit.probe.sender.clock_watch import ClockReading, ClockWatch
from netkit.probe.sender.request import request_tlvs
from netkit.probe.stream.replies import parse_replies
from netkit.stats.sample_arrays import SOURCE_CODE, UNKNOWN
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import encode_timestamp

_WIRE = 0xFFFF_FFFF
_HEAD, _QUOTED = struct.Struct("!IQ"), struct.Struct("!IQ2xH")
_KERNEL, _USERSPACE = SOURCE_CODE[StampSource.KERNEL], SOURCE_CODE[StampSource.USERSPACE]
_NOBODY = -1
NAME_BYTES = 28
"""Of a socket address, with zeros behind one of IPv4."""


class Due(NamedTuple):
    """Probes to be sent now, one row each: which flow, its number, and T1 as they carry it."""

    flows: Numbers
    sequences: Numbers
    timestamp: int


class Fleet:
    """All flows of one agent. Call :meth:`begin`, then feed it; :meth:`settle` gives samples.

    ``counters`` counts packets that belong to no flow, by why; ``notes`` what happened to probes,
    by flow, window and word.
    """

    def __init__(self, flows: Sequence[AgentFlow]) -> None:
        self.flows: list[AgentFlow] = []
        self.counters: Counter[str] = Counter()
        self.notes: Counter[tuple[FlowKey, int, str]] = Counter()
        self.timelines: list[Timeline] = []
        self.state = np.zeros(0, FLOWS)
        self.rows, self.numbers = np.zeros(0, ROWS), new_numbers(0)
        self.clock = ClockWatch()
        self.more_numbers: dict[FlowKey, list[int]] = {}
        self.templates = np.zeros((0, 0), np.uint8)
        self._names = np.zeros((0, NAME_BYTES), np.uint8)
        self._by_ssid = np.full(MAX_SSID + 1, _NOBODY, np.int64)
        self._random: dict[FlowKey, tuple[Random, float]] = {}
        self._heard: list[Numbers] = []
        self.overflows = Overflows()
        self._asked = list(flows)

    def begin(self, now_ns: int, wall_ns: int) -> None:
        """Schedule the flows that were given."""
        asked, self._asked = self._asked, []
        self._add(asked, now_ns, wall_ns)

    def reconfigure(self, flows: Sequence[AgentFlow], now_ns: int, wall_ns: int) -> None:
        """Go on with these: equal ones as they are, others from their beginning.

        Those that are no longer wanted must have been settled before; what is undecided of them is
        forgotten.
        """
        wanted = {flow.key: flow for flow in flows}
        keep = [place for place, flow in enumerate(self.flows) if wanted.get(flow.key) == flow]
        self._keep(np.array(keep, np.int64))
        kept = {flow.key for flow in self.flows}
        self._add([flow for flow in flows if flow.key not in kept], now_ns, wall_ns)

    def address(self, flow: int, name: bytes) -> None:
        """Where a flow is sent to, as struct sockaddr_in or sockaddr_in6; empty is nowhere."""
        self._names[flow] = np.frombuffer(name.ljust(NAME_BYTES, b"\0"), np.uint8)

    def names(self, flows: Numbers) -> NDArray[np.uint8]:
        """The socket addresses of these flows; the first two bytes are 0 where there is none."""
        return np.asarray(self._names[flows])

    def due_ns(self) -> int | None:
        """When the next probe is due; None if there are no flows. May lie in the past."""
        return int(self.state["next_ns"].min()) if len(self.state) else None

    def take_due(self, reading: ClockReading) -> Due:
        """What is due by now: at most one probe of each flow."""
        now_ns = reading.before_ns
        flows = np.flatnonzero(self.state["next_ns"] <= now_ns)
        if not flows.size:
            return Due(flows, flows, 0)
        self.look(reading)
        state, rows = self.state, self.rows
        sequences, lengths = state["end"][flows], state["length"][flows]
        places = state["base"][flows] + (sequences & state["mask"][flows])
        turns = np.array([each.now for each in self.timelines], np.int64)
        timestamp = encode_timestamp(reading.utc_ns, self.flows[0].error_estimate.form)
        rows[places] = np.zeros(1, ROWS)
        for name in ("t1_ns", "stepped_ns", "told_ns"):
            rows[name][places] = UNKNOWN
        rows["scheduled_ns"][places] = state["next_ns"][flows]
        rows["sent_ns"][places] = now_ns
        rows["t1_userspace_ns"][places] = reading.utc_ns
        rows["set_ns"][places] = self.clock.set_ns
        rows["timestamp"][places] = timestamp
        rows["turn"][places] = turns[lengths]
        state["end"][flows] += 1
        self._schedule(flows, now_ns)
        return Due(flows, sequences, timestamp)

    def request(self, flow: int, sequence: int, timestamp: int) -> bytes:
        """The bytes of one probe."""
        head = _HEAD.pack(sequence & _WIRE, timestamp)
        size = int(self.state["bytes"][flow])
        return head + self.templates[flow, _HEAD.size : size].tobytes()

    def look(self, reading: ClockReading) -> None:
        """Hold one clock against the other; to be called after replies were read as well."""
        before_ns = self.clock.set_ns
        stepped = self.clock.look(reading, 0)
        for timeline in self.timelines:
            timeline.look(reading.utc_ns, stepped=stepped)
        if stepped:
            open_ = self.undecided()[1]
            open_ = open_[self.rows["answers"][open_] == 0]
            heard = [places for places in self._heard if places.size]
            step_ns = self.clock.set_ns - before_ns
            self.rows["stepped_ns"][np.concatenate([open_, *heard])] = step_ns
        self._heard.clear()

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
        self._mark(flow, sequence, "not_sent", f"not sent: {reason}")

    def refused(self, quoted: bytes, reason: str) -> None:
        """An ICMP error came back, quoting the beginning of a probe; each probe is noted once."""
        found = self._quoted(quoted)
        if found is None:
            self.counters[f"ICMP error that names no probe: {reason}"] += 1
        else:
            self._mark(*found, "refused", f"refused: {reason}")

    def received(
        self,
        data: NDArray[np.uint8],
        lengths: NDArray[np.uint32],
        names: NDArray[np.uint8],
        time_ns: Numbers,
        hop_limit: Numbers,
        wall_ns: int,
    ) -> None:
        """Datagrams came in, a row each, from ``names``. Without a kernel stamp (UNKNOWN), T4 is
        ``wall_ns``. What is no answer to any flow is only counted."""
        replies = parse_replies(data, lengths)
        self._count("not a STAMP packet", len(lengths) - len(replies))
        flows = self._flows_of(replies, names)
        strange = flows == _NOBODY
        self._count("not an answer to this agent", int(strange.sum()))
        replies, flows = replies[~strange], flows[~strange]
        ours = self._are_ours(replies, flows, names)
        self._count("not an answer to its probe", int((~ours).sum()))
        replies, flows = replies[ours], flows[ours]
        if not len(replies):
            return
        self._learn(replies, flows)
        early = replies["sender_sequence"] >= self.state["decided"][flows]
        for flow in flows[~early].tolist():
            self._note(flow, self._turn(flow), "ignored: decided before it came")
        replies, flows = replies[early], flows[early]
        if len(replies):
            self._answer(replies, flows, time_ns, hop_limit, wall_ns)

    def settle(self, now_ns: int) -> Decided:
        """The samples of all that is decided by now, flow by flow, in order of their numbers."""
        return decide(self, now_ns)

    def finish(self, now_ns: int, flows: Numbers | None = None) -> Decided:
        """The rest, of all flows or of these; what may still be answered is noted as undecided."""
        return decide(self, now_ns, last=np.arange(len(self.flows)) if flows is None else flows)

    def oldest_turns(self) -> Numbers:
        """Of each flow, the window of its first probe that is not decided, or that of now."""
        state = self.state
        now = np.array([timeline.now for timeline in self.timelines], np.int64)
        found = now[state["length"]] if len(state) else np.zeros(0, np.int64)
        waiting = state["decided"] < state["end"]
        first = state["base"] + (state["decided"] & state["mask"])
        return np.where(waiting, self.rows["turn"][np.where(waiting, first, 0)], found)

    def _add(self, flows: list[AgentFlow], now_ns: int, wall_ns: int) -> None:
        if not flows:
            return
        for length_ns in dict.fromkeys(flow.window_ns for flow in flows):
            if length_ns not in [timeline.length_ns for timeline in self.timelines]:
                self.timelines.append(Timeline(length_ns))
        for timeline in self.timelines:
            timeline.look(wall_ns)
        first = len(self.flows)
        lengths = [timeline.length_ns for timeline in self.timelines]
        made = new_flows(flows, len(self.rows), lengths)
        self.flows += flows
        self.state = np.concatenate([self.state, made])
        size = int((made["mask"] + 1).sum())
        self.rows = np.concatenate([self.rows, np.zeros(size, ROWS)])
        self.numbers = np.concatenate([self.numbers, new_numbers(size)])
        self._names = np.concatenate([self._names, np.zeros((len(flows), NAME_BYTES), np.uint8)])
        self._index()
        for place, flow in enumerate(flows, first):
            self.state["begun"][place] = self._turn(place)
            self.state["next_ns"][place] = now_ns + self._first_gap_ns(flow, now_ns, wall_ns)

    def _first_gap_ns(self, flow: AgentFlow, now_ns: int, wall_ns: int) -> int:
        if not flow.poisson:
            return (flow.phase_ns - wall_ns) % flow.interval_ns
        random = Random(flow.seed)  # noqa: S311 - spreads load, guards nothing
        gap_ns = random.expovariate(1 / flow.interval_ns)
        self._random[flow.key] = random, now_ns + gap_ns
        return int(gap_ns)

    def _keep(self, keep: Numbers) -> None:
        sizes = self.state["mask"][keep] + 1
        places = ranges(self.state["base"][keep], sizes)
        self.rows, self.numbers = self.rows[places], self.numbers[places]
        self.state, self._names = self.state[keep], self._names[keep]
        self.state["base"] = np.cumsum(sizes) - sizes
        self.flows = [self.flows[place] for place in keep.tolist()]
        self._heard.clear()
        kept = {flow.key for flow in self.flows}
        self._random = {key: value for key, value in self._random.items() if key in kept}
        self.more_numbers = {k: found for k, found in self.more_numbers.items() if k in kept}
        self._index()

    def _index(self) -> None:
        """What is looked up by SSID, and the bytes that all probes of a flow share."""
        self._by_ssid[:] = _NOBODY
        for place, flow in enumerate(self.flows):
            self._by_ssid[flow.ssid] = place
        width = max((flow.request_bytes for flow in self.flows), default=0)
        self.templates = np.zeros((len(self.flows), width), np.uint8)
        for place, flow in enumerate(self.flows):
            tlvs = request_tlvs(flow.request_bytes)
            made = SenderPacket(0, 0, flow.error_estimate, flow.ssid, tlvs).to_bytes()
            self.templates[place, : len(made)] = np.frombuffer(made, np.uint8)

    def _schedule(self, flows: Numbers, now_ns: int) -> None:
        """The next probe of each; what is an interval late by then is left out."""
        state = self.state
        interval_ns, next_ns = state["interval_ns"][flows], state["next_ns"][flows]
        missed = np.maximum((now_ns - next_ns) // interval_ns - 1, 0)
        state["next_ns"][flows] = next_ns + (1 + missed) * interval_ns
        for flow in flows[missed > 0].tolist() if missed.any() else ():
            if not self.flows[flow].poisson:
                skipped = int(missed[np.searchsorted(flows, flow)])
                self._note(flow, self._turn(flow), "not scheduled: this program was late", skipped)
        for flow in [flow for flow in flows.tolist() if self.flows[flow].poisson]:
            self._schedule_poisson(flow, now_ns)

    def _schedule_poisson(self, flow: int, now_ns: int) -> None:
        key, interval_ns = self.flows[flow].key, self.flows[flow].interval_ns
        random, at_ns = self._random[key]
        at_ns += random.expovariate(1 / interval_ns)
        while at_ns < now_ns - interval_ns:
            at_ns += random.expovariate(1 / interval_ns)
            self._note(flow, self._turn(flow), "not scheduled: this program was late")
        self._random[key] = random, at_ns
        self.state["next_ns"][flow] = int(at_ns)

    def _flows_of(self, replies: NDArray[np.void], names: NDArray[np.uint8]) -> Numbers:
        """By SSID; a reflector that knows none sends 0, and is told by its address and the probe."""
        flows = self._by_ssid[replies["ssid"]]
        for at in np.flatnonzero(replies["ssid"] == 0).tolist():
            name = names[replies["row"][at]]
            same = np.flatnonzero((self._names[:, :4] == name[:4]).all(axis=1))
            flows[at] = next((f for f in same.tolist() if self._asked_by(f, replies[at])), _NOBODY)
        return np.asarray(flows)

    def _asked_by(self, flow: int, reply: np.void) -> bool:
        state = self.state[flow]
        sequence = _whole(reply["sender_sequence"], state["end"])
        timestamp = self.rows["timestamp"][state["base"] + (sequence & state["mask"])]
        return bool(timestamp == reply["sender_timestamp"])

    def _are_ours(
        self, replies: NDArray[np.void], flows: Numbers, names: NDArray[np.uint8]
    ) -> NDArray[np.bool_]:
        """A number that was sent, that probe's timestamp, and the address that it was sent to."""
        state = self.state[flows]
        sequences = _whole(replies["sender_sequence"], state["end"])
        replies["sender_sequence"] = sequences
        kept = (sequences >= np.maximum(0, state["end"] - state["mask"] - 1)) & (state["end"] > 0)
        places = state["base"] + (sequences & state["mask"])
        same = self.rows["timestamp"][places] == replies["sender_timestamp"]
        # Family and port, IPv4 address or flow label, IPv6 address; a flow label is nobody's name.
        theirs, asked = names[replies["row"]], self._names[flows]
        near = (theirs[:, :4] == asked[:, :4]).all(axis=1)
        near &= (theirs[:, 8:24] == asked[:, 8:24]).all(axis=1)
        ipv4 = asked[:, 0] == 2
        near &= ~ipv4 | (theirs[:, 4:8] == asked[:, 4:8]).all(axis=1)
        return np.asarray(kept & same & near)

    def _learn(self, replies: NDArray[np.void], flows: Numbers) -> None:
        """What replies say of their reflectors: memory, clock, kernel T3 of earlier ones."""
        state = self.state
        wire = replies["sender_sequence"] & _WIRE
        own = (replies["sequence"] != wire) | (replies["followed"] != UNKNOWN)
        state["stateful"][flows[own]] = True
        np.maximum.at(state["bound_ns"], flows, bounds_ns(replies["error"]))
        said = replies["sync_in"] != UNKNOWN
        state["sync_in"][flows[said]] = replies["sync_in"][said]
        base, mask = state["base"][flows], state["mask"][flows]
        learn_follow_ups(self.rows, self.numbers, base, mask, replies)

    def _answer(
        self,
        replies: NDArray[np.void],
        flows: Numbers,
        time_ns: Numbers,
        hop_limit: Numbers,
        wall_ns: int,
    ) -> None:
        """Enter replies to probes that are not yet decided."""
        rows, state = self.rows, self.state[flows]
        places = state["base"] + (replies["sender_sequence"] & state["mask"])
        first = np.zeros(len(replies), np.bool_)
        first[np.unique(places, return_index=True)[1]] = True
        fresh = first & (rows["answers"][places] == 0)
        new, chosen = places[fresh], replies[fresh]
        for name in ("sequence", "sender_ttl", "t2_ns", "t2_source", "t3_ns"):
            rows[name][new] = chosen[name]
        rows["lowest"][new] = chosen["sequence"]
        t4_ns = time_ns[chosen["row"]]
        rows["t4_ns"][new] = np.where(t4_ns == UNKNOWN, wall_ns, t4_ns)
        rows["t4_source"][new] = np.where(t4_ns == UNKNOWN, _USERSPACE, _KERNEL)
        rows["hop_limit"][new] = hop_limit[chosen["row"]]
        rows["answers"][new] = 1
        numbers_at = state["base"][fresh] + (chosen["sequence"] & state["mask"][fresh])
        take_follow_ups(rows, self.numbers, new, numbers_at)
        for at in np.flatnonzero(~fresh).tolist():
            self._answer_again(int(flows[at]), int(places[at]), replies[at])
        np.maximum.at(self.state["last_answered"], flows, replies["sender_sequence"])
        self._heard.append(places)

    def _answer_again(self, flow: int, place: int, reply: np.void) -> None:
        """One more answer. If it carries the same T2, it was the answer that was copied."""
        row = self.rows[place : place + 1]
        row["answers"] += 1
        row["backward_duplicates"] += reply["t2_ns"] == row["t2_ns"]
        row["lowest"] = np.minimum(row["lowest"], reply["sequence"])
        self.more_numbers.setdefault(self.flows[flow].key, []).append(int(reply["sequence"]))

    def _quoted(self, quoted: bytes) -> tuple[int, int] | None:
        """Flow and number of the probe that begins so, if it is one that is still open to change."""
        if len(quoted) < _QUOTED.size:
            return None
        raw, timestamp, ssid = _QUOTED.unpack_from(quoted)
        flow = int(self._by_ssid[ssid])
        if flow == _NOBODY:
            return None
        state = self.state[flow]
        sequence = int(_whole(np.int64(raw), state["end"]))
        if not state["decided"] <= sequence < state["end"]:
            return None
        place = state["base"] + (sequence & state["mask"])
        return (flow, sequence) if self.rows["timestamp"][place] == timestamp else None

    def _mark(self, flow: int, sequence: int, what: str, note: str) -> None:
        state = self.state[flow]
        place = int(state["base"] + (sequence & state["mask"]))
        if not self.rows[what][place]:
            self._note(flow, int(self.rows["turn"][place]), note)
        self.rows[what][place] = True

    def undecided(self) -> tuple[Numbers, Numbers]:
        """Flow and place of each probe that is not decided, flow by flow."""
        state = self.state
        counts = state["end"] - state["decided"]
        flows = np.repeat(np.arange(len(state)), counts)
        sequences = ranges(state["decided"], counts)
        return flows, state["base"][flows] + (sequences & state["mask"][flows])

    def _turn(self, flow: int) -> int:
        return self.timelines[int(self.state["length"][flow])].now

    def _note(self, flow: int, turn: int, what: str, count: int = 1) -> None:
        self.notes[self.flows[flow].key, turn, what] += count

    def _count(self, what: str, count: int) -> None:
        if count:
            self.counters[f"ignored: {what}"] += count


def _whole(raw: NDArray[np.int64] | np.int64, end: NDArray[np.int64] | np.int64) -> Numbers:
    """The latest number before ``end`` that is ``raw`` in the 32 bits of the wire."""
    return np.asarray(end - 1 - ((end - 1 - raw) & _WIRE))
