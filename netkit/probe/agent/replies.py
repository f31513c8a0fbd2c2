"""What comes in for a fleet: which probe of which flow each datagram answers, and what it says."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.return_path import NOT_TAKEN
from netkit.model.measurement.sample import StampSource
from netkit.probe.agent.follow_ups import learn_follow_ups, take_follow_ups
from netkit.probe.agent.held import WIRE, HeldProbes
from netkit.probe.agent.reflector_clocks import bounds_ns
from netkit.probe.agent.roster import NOBODY
from netkit.probe.agent.rows import Numbers
from netkit.probe.stream.replies import parse_replies
from netkit.stats.sample_arrays import SOURCE_CODE, UNKNOWN

_QUOTED = struct.Struct("!IQ2xH")
_KERNEL, _USERSPACE = SOURCE_CODE[StampSource.KERNEL], SOURCE_CODE[StampSource.USERSPACE]
_AF_INET = 2
_Rows = NDArray[np.void]


def receive(
    fleet: HeldProbes,
    data: NDArray[np.uint8],
    lengths: NDArray[np.uint32],
    names: NDArray[np.uint8],
    time_ns: Numbers,
    hop_limit: Numbers,
    wall_ns: int,
    *,
    authentic: bool = False,
) -> None:
    """Datagrams came in, a row each, from ``names``. Without a kernel stamp (UNKNOWN), T4 is
    ``wall_ns``. What is no answer to a probe of this fleet is only counted, as is what is not
    ``authentic`` of a flow whose replies have to be."""
    replies = parse_replies(data, lengths)
    _count(fleet, "not a STAMP packet", len(lengths) - len(replies))
    flows = _flows_of(fleet, replies, names)
    strange = flows == NOBODY
    _count(fleet, "not an answer to this agent", int(strange.sum()))
    replies, flows = replies[~strange], flows[~strange]
    ours = _are_ours(fleet, replies, flows, names)
    ours &= fleet.roster.authenticated[flows] == authentic
    _count(fleet, "not an answer to its probe", int((~ours).sum()))
    replies, flows = replies[ours], flows[ours]
    if not len(replies):
        return
    _learn(fleet, replies, flows)
    early = replies["sender_sequence"] >= fleet.state["decided"][flows]
    for flow in flows[~early].tolist():
        fleet.note(flow, None, "ignored: decided before it came")
    if early.any():
        replies, flows = replies[early], flows[early]
        fresh = _answer(fleet, replies, flows, time_ns, hop_limit, wall_ns)
        if fleet.roster.ways_back:
            _note_ways_back(fleet, data, lengths, replies[fresh], flows[fresh])


def refuse(fleet: HeldProbes, quoted: bytes, reason: str) -> None:
    """An ICMP error came back, quoting the beginning of a probe; each probe is noted once."""
    found = _quoted(fleet, quoted)
    if found is None:
        fleet.counters[f"ICMP error that names no probe: {reason}"] += 1
    else:
        fleet.mark(*found, "refused", f"refused: {reason}")


def _flows_of(fleet: HeldProbes, replies: _Rows, names: NDArray[np.uint8]) -> Numbers:
    """By SSID; a reflector that knows none sends 0, and is told by its address and the probe."""
    flows = fleet.roster.by_ssid[replies["ssid"]]
    for at in np.flatnonzero(replies["ssid"] == 0).tolist():
        name = names[replies["row"][at] : replies["row"][at] + 1]
        same = np.flatnonzero(same_address(name, fleet.roster.names)).tolist()
        flows[at] = next((flow for flow in same if _asked(fleet, flow, replies[at])), NOBODY)
    return np.asarray(flows)


def _asked(fleet: HeldProbes, flow: int, reply: np.void) -> bool:
    state = fleet.state[flow]
    sequence = _whole(reply["sender_sequence"], state["end"])
    timestamp = fleet.rows["timestamp"][state["base"] + (sequence & state["mask"])]
    return bool(timestamp == reply["sender_timestamp"])


def _are_ours(
    fleet: HeldProbes, replies: _Rows, flows: Numbers, names: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """A number that was sent, that probe's timestamp, and the address that it was sent to.

    Their numbers are made whole.
    """
    state = fleet.state[flows]
    sequences = _whole(replies["sender_sequence"], state["end"])
    replies["sender_sequence"] = sequences
    kept = (sequences >= np.maximum(0, state["end"] - state["mask"] - 1)) & (state["end"] > 0)
    places = state["base"] + (sequences & state["mask"])
    same = fleet.rows["timestamp"][places] == replies["sender_timestamp"]
    near = same_address(names[replies["row"]], fleet.roster.names[flows])
    return np.asarray(kept & same & near)


def same_address(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Row by row: family, port and address; an IPv6 flow label or scope is not part of it."""
    near = (one[:, :4] == other[:, :4]).all(axis=1)
    near &= (one[:, 8:24] == other[:, 8:24]).all(axis=1)
    ipv4 = other[:, 0] == _AF_INET
    return np.asarray(near & (~ipv4 | (one[:, 4:8] == other[:, 4:8]).all(axis=1)))


def _learn(fleet: HeldProbes, replies: _Rows, flows: Numbers) -> None:
    """What replies say of their reflectors: memory, clock, kernel T3 of earlier ones."""
    state, roster = fleet.state, fleet.roster
    copied = replies["sequence"] == replies["sender_sequence"] & WIRE
    state["stateful"][flows[~copied | (replies["followed"] != UNKNOWN)]] = True
    np.maximum.at(state["bound_ns"], flows, bounds_ns(replies["error"]))
    said = replies["sync_in"] != UNKNOWN
    state["sync_in"][flows[said]] = replies["sync_in"][said]
    base, mask = state["base"][flows], state["mask"][flows]
    learn_follow_ups(roster.rows, roster.numbers, base, mask, replies)


def _answer(
    fleet: HeldProbes,
    replies: _Rows,
    flows: Numbers,
    time_ns: Numbers,
    hop_limit: Numbers,
    wall_ns: int,
) -> NDArray[np.bool_]:
    """Enter replies to probes that are not yet decided; which were the first to theirs."""
    rows, state = fleet.rows, fleet.state[flows]
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
    take_follow_ups(rows, fleet.roster.numbers, new, numbers_at)
    for at in np.flatnonzero(~fresh).tolist():
        _answer_again(fleet, int(flows[at]), int(places[at]), replies[at])
    np.maximum.at(fleet.state["last_answered"], flows, replies["sender_sequence"])
    fleet.heard.append(places)
    return np.asarray(fresh)


def _note_ways_back(
    fleet: HeldProbes,
    data: NDArray[np.uint8],
    lengths: NDArray[np.uint32],
    replies: _Rows,
    flows: Numbers,
) -> None:
    """Note the replies that did not take the segment list that their flow asks for."""
    for reply, flow in zip(replies, flows.tolist(), strict=True):
        way = fleet.roster.ways_back.get(flow)
        if way is None:
            continue
        row = int(reply["row"])
        taken = way.told(data[row, : lengths[row]].tobytes())
        if taken in NOT_TAKEN:
            state = fleet.state[flow]
            place = state["base"] + (reply["sender_sequence"] & state["mask"])
            fleet.note(flow, int(fleet.rows["turn"][place]), NOT_TAKEN[taken])


def _answer_again(fleet: HeldProbes, flow: int, place: int, reply: np.void) -> None:
    """One more answer. If it carries the same T2, it was the answer that was copied."""
    row = fleet.rows[place : place + 1]
    row["answers"] += 1
    row["backward_duplicates"] += reply["t2_ns"] == row["t2_ns"]
    row["lowest"] = np.minimum(row["lowest"], reply["sequence"])
    more = fleet.more_numbers.setdefault(fleet.flows[flow].key, [])
    more.append(int(reply["sequence"]))
    del more[: -2 * int(fleet.state["mask"][flow] + 1)]  # a path may copy every answer, for ever


def _quoted(fleet: HeldProbes, quoted: bytes) -> tuple[int, int] | None:
    """Flow and number of the probe that begins so, if it is one that is still open to change."""
    if len(quoted) < _QUOTED.size:
        return None
    raw, timestamp, ssid = _QUOTED.unpack_from(quoted)
    flow = int(fleet.roster.by_ssid[ssid])
    if flow == NOBODY:
        return None
    state = fleet.state[flow]
    sequence = int(_whole(np.int64(raw), state["end"]))
    if not state["decided"] <= sequence < state["end"]:
        return None
    place = state["base"] + (sequence & state["mask"])
    return (flow, sequence) if fleet.rows["timestamp"][place] == timestamp else None


def _whole(raw: NDArray[np.int64] | np.int64, end: NDArray[np.int64] | np.int64) -> Numbers:
    """The latest number before ``end`` that is ``raw`` in the 32 bits of the wire."""
    return np.asarray(end - 1 - ((end - 1 - raw) & WIRE))


def _count(fleet: HeldProbes, what: str, count: int) -> None:
    if count:
        fleet.counters[f"ignored: {what}"] += count
