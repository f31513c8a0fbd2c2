"""From rows to samples: which probes of a fleet are decided by now, and what became of them.

A flow's probes are decided in order. One of which nothing has been heard waits, beyond the time
that every probe has, for an answer to a later one, which shows the way it was lost: for half a
minute, and as long as its ring has room.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome
from netkit.probe.agent.dropped import taken_from_dropped
from netkit.probe.agent.held import HeldProbes
from netkit.probe.agent.rows import WAIT_NS, Numbers, is_open, ranges
from netkit.probe.sender.loss_direction import directions
from netkit.probe.stream.samples import samples_of
from netkit.stats.sample_arrays import OUTCOME_CODE, SAMPLES

BROKEN_OFF = "undecided: broken off"
"""Noted of probes that were still open to an answer when their flow was ended."""

_LOST = OUTCOME_CODE[Outcome.LOST]
_DIRECTIONS = (OUTCOME_CODE[Outcome.LOST_FORWARD], OUTCOME_CODE[Outcome.LOST_BACKWARD])


@dataclass(frozen=True)
class Decided:
    """Samples, rows of SAMPLES, flow by flow; beside each its flow and the window it was sent in.

    ``dropped``: its reply is one of those that this host had no room for.
    """

    samples: NDArray[np.void]
    flows: Numbers
    turns: Numbers
    dropped: NDArray[np.bool_]


_NOTHING = Decided(
    np.zeros(0, SAMPLES), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_)
)
"""Most rounds of few flows decide nothing, and then should cost nothing."""


def decide(fleet: HeldProbes, now_ns: int, last: Numbers | None = None) -> Decided:
    """Decide what can be; of the flows ``last`` all that is not open to an answer in time."""
    ends = _ends(fleet, now_ns)
    pending = np.zeros(0, np.int64)
    if last is not None:
        ends[last] = fleet.state["end"][last]
        pending = _pending(fleet, now_ns, last)
    counts = np.maximum(ends - fleet.state["decided"], 0)
    if not counts.any():
        return _NOTHING
    flows = np.repeat(np.arange(len(counts)), counts)
    sequences = ranges(fleet.state["decided"], counts)
    places = fleet.state["base"][flows] + (sequences & fleet.state["mask"][flows])
    fleet.state["decided"] += counts
    if pending.size:
        kept = ~np.isin(places, pending)
        flows, sequences, places = flows[kept], sequences[kept], places[kept]
    rows = fleet.rows[places]
    timeout_ns = fleet.state["timeout_ns"][flows]
    samples = samples_of(sequences, rows, _Told(rows), timeout_ns)
    lost = is_open(fleet.rows, places)
    if lost.any():
        samples["outcome"][lost] = _LOST
        _tell_directions(fleet, samples, flows, lost)
    dropped = taken_from_dropped(fleet, samples, flows, rows["sent_ns"])
    return Decided(samples, flows, rows["turn"], dropped)


class _Told:
    """Follow-ups that have been resolved as they came, for those of ``rows`` that are answered."""

    def __init__(self, rows: NDArray[np.void]) -> None:
        self._answered = rows[rows["answers"] > 0]

    def stamps(self, _probes: Numbers, _numbers: Numbers, _t3: Numbers) -> tuple[Numbers, Numbers]:
        return self._answered["told_ns"], self._answered["told_source"]


def _ends(fleet: HeldProbes, now_ns: int) -> Numbers:
    """Up to which number each flow is decided by now."""
    state = fleet.state
    flows, places = fleet.undecided()
    age_ns = now_ns - fleet.rows["sent_ns"][places]
    count = len(state)
    old = np.bincount(flows[age_ns >= state["settle_ns"][flows]], minlength=count)
    silent = np.bincount(flows[age_ns >= state["settle_ns"][flows] + WAIT_NS], minlength=count)
    timed_out = np.bincount(flows[age_ns >= state["timeout_ns"][flows]], minlength=count)
    start = state["decided"]
    ends = np.minimum(start + old, np.maximum(state["last_answered"] + 1, start + silent))
    # Without room one timeout has to do: half of a ring is for those that are decided.
    full = state["end"] - start > (state["mask"] + 1) // 2
    return np.asarray(np.where(full, np.maximum(ends, start + timed_out), ends))


def _pending(fleet: HeldProbes, now_ns: int, last: Numbers) -> Numbers:
    """The places of probes that may still be answered in time; they are noted as undecided."""
    flows, places = fleet.undecided()
    in_time = fleet.rows["sent_ns"][places] + fleet.state["timeout_ns"][flows] > now_ns
    which = in_time & is_open(fleet.rows, places) & np.isin(flows, last)
    for flow, place in zip(flows[which].tolist(), places[which].tolist(), strict=True):
        turn = int(fleet.rows["turn"][place])
        fleet.note(flow, turn, BROKEN_OFF)
    return np.asarray(places[which])


def _tell_directions(
    fleet: HeldProbes, samples: NDArray[np.void], flows: Numbers, lost: NDArray[np.bool_]
) -> None:
    for flow in np.unique(flows[lost]).tolist():
        if fleet.state["stateful"][flow]:
            mine = np.flatnonzero(lost & (flows == flow))
            ways = _directions(fleet, flow, samples["sequence"][mine])
            for way, code in zip(ways, _DIRECTIONS, strict=True):
                samples["outcome"][mine[way]] = code


def _directions(
    fleet: HeldProbes, flow: int, lost: Numbers
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of these were lost forward, and which backward, by all answers of the flow's ring."""
    state = fleet.state[flow]
    oldest = max(0, int(state["end"] - state["mask"] - 1))
    every = np.arange(oldest, int(state["end"]))
    places = state["base"] + (every & state["mask"])
    answered, silent = fleet.rows["answers"][places] > 0, every[is_open(fleet.rows, places)]
    lowest = fleet.rows["lowest"][places[answered]]
    more = _more_numbers(fleet, flow, lowest)
    seen = np.concatenate([fleet.rows["sequence"][places[answered]], more])
    there, back = directions(silent, every[answered], lowest, seen, from_start=oldest == 0)
    asked = np.searchsorted(silent, lost)
    return there[asked], back[asked]


def _more_numbers(fleet: HeldProbes, flow: int, lowest: Numbers) -> Numbers:
    """The reply numbers of second answers, as far back as the ring."""
    key = fleet.flows[flow].key
    found = fleet.more_numbers.get(key, [])
    if found and lowest.size:
        least = int(lowest.min())
        found = fleet.more_numbers[key] = [number for number in found if number >= least]
    return np.array(found, np.int64)
