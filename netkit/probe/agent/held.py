"""What an agent holds of its flows: their probes, and what was noted of them.

Whoever sends, hears or decides for a fleet works on this; only :mod:`fleet` knows of time.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray

from netkit.probe.agent.flow import AgentFlow, FlowKey
from netkit.probe.agent.overflows import Overflows
from netkit.probe.agent.roster import Roster
from netkit.probe.agent.rows import Numbers, ranges
from netkit.wire.timestamps import ErrorEstimate

WIRE = 0xFFFF_FFFF
"""Numbers have 32 bits on the wire, and go on here."""


class HeldProbes:
    """``counters`` counts packets that belong to no flow, by why.

    ``notes`` counts what happened to probes, by flow and window; ``probes`` is how many were handed
    out. ``more_numbers`` are the reply numbers of second answers, ``heard`` the places that were
    answered since the clocks were read.
    """

    def __init__(self, estimate: ErrorEstimate) -> None:
        self.counters: Counter[str] = Counter()
        self.notes: defaultdict[tuple[FlowKey, int], Counter[str]] = defaultdict(Counter)
        self.probes = 0
        self.more_numbers: dict[FlowKey, list[int]] = {}
        self.overflows = Overflows()
        self.roster = Roster(estimate)
        self.heard: list[Numbers] = []

    @property
    def flows(self) -> list[AgentFlow]:
        """The flows, each at its place; places change with :meth:`reconfigure`."""
        return self.roster.flows

    @property
    def state(self) -> NDArray[np.void]:
        """FLOWS, one a flow."""
        return self.roster.state

    @property
    def rows(self) -> NDArray[np.void]:
        """ROWS of all flows."""
        return self.roster.rows

    def undecided(self) -> tuple[Numbers, Numbers]:
        """Flow and place of each probe that is not decided, flow by flow."""
        state = self.state
        counts = state["end"] - state["decided"]
        flows = np.repeat(np.arange(len(state)), counts)
        sequences = ranges(state["decided"], counts)
        return flows, state["base"][flows] + (sequences & state["mask"][flows])

    def mark(self, flow: int, sequence: int, what: str, note: str) -> None:
        """Enter that a probe was refused or not sent, and note it once."""
        state = self.state[flow]
        place = int(state["base"] + (sequence & state["mask"]))
        if not self.rows[what][place]:
            self.note(flow, int(self.rows["turn"][place]), note)
        self.rows[what][place] = True

    def note(self, flow: int, turn: int | None, what: str, count: int = 1) -> None:
        """Count what happened to a flow, in that window or in the one of now."""
        number = self.turn(flow) if turn is None else turn
        self.notes[self.flows[flow].key, number][what] += count

    def noted_turns(self) -> dict[FlowKey, set[int]]:
        """The windows of each flow that something is noted of."""
        turns: defaultdict[FlowKey, set[int]] = defaultdict(set)
        for key, turn in self.notes:
            turns[key].add(turn)
        return turns

    def turn(self, flow: int) -> int:
        """The window of now, of a flow."""
        return int(self.roster.turns()[self.state["length"][flow]])
