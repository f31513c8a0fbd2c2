"""Samples of a fleet, cut into windows: folded flow by flow, so that none are kept for long.

A window is over once another has begun and all its probes are decided. Windows of many flows end
together; they are made one by one, as the caller takes them, so that nobody has to wait for all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.window import Window, WindowKey
from netkit.probe.agent.deciding import BROKEN_OFF, Decided
from netkit.probe.agent.fleet import Fleet
from netkit.probe.agent.flow import AgentFlow, FlowKey
from netkit.probe.sender.path_report import sync_source
from netkit.stats.sample_arrays import SAMPLES, UNKNOWN
from netkit.stats.windows.live import Ends, LiveWindow

HELD = 1 << 16
"""So many samples are held before they are folded into their windows."""


@dataclass(frozen=True, slots=True)
class OwnClock:
    """What this host says of its clock: a bound in ns, infinite if there is none."""

    error_ns: float = math.inf
    source: SyncSource | None = None


class WindowCutter:
    """:meth:`add` what a fleet has decided, then :meth:`cut` the windows that are over."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._held: list[Decided] = []
        self._count = 0
        self._live: dict[FlowKey, dict[int, LiveWindow]] = {}
        self._last: dict[FlowKey, NDArray[np.void]] = {}

    def add(self, decided: Decided) -> None:
        """Keep these samples for the next cut."""
        if len(decided.samples):
            self._held.append(decided)
            self._count += len(decided.samples)

    @property
    def is_due(self) -> bool:
        """Whether there is something to fold or a window that is over."""
        if self._count >= HELD:
            return True
        oldest = self._fleet.oldest_turns()
        held = any((one.turns < oldest[one.flows]).any() for one in self._held)
        if held:
            return True
        places = {flow.key: place for place, flow in enumerate(self._fleet.flows)}
        return any(
            turn < oldest[places[key]] for key, turns in self._live.items() for turn in turns
        )

    def cut(
        self, clock: OwnClock, gone: frozenset[FlowKey] = frozenset()
    ) -> Iterator[Window | None]:
        """Fold what is held and make the windows that are over; all of them of flows ``gone``.

        One of which there is no sample but a note is a window too: nothing of a probe is lost. None
        comes after each flow, so that whoever takes them may do something else in between.
        """
        held, self._held, self._count = self._held, [], 0
        oldest, noted = self._fleet.oldest_turns(), self._fleet.noted_turns()
        by_flow = _by_flow(held)
        for place, flow in enumerate(list(self._fleet.flows)):
            if place in by_flow:
                self._fold(flow.key, *by_flow[place])
            limit = np.iinfo(np.int64).max if flow.key in gone else int(oldest[place])
            turns = noted.get(flow.key, set()).union(self._live.get(flow.key, ()))
            for turn in sorted(turn for turn in turns if turn < limit):
                yield self._window(flow, place, turn, clock, broken_off=flow.key in gone)
            if flow.key in gone:
                self._last.pop(flow.key, None)
            yield None

    def _fold(
        self, key: FlowKey, samples: NDArray[np.void], turns: NDArray[np.int64],
        dropped: NDArray[np.bool_],
    ) -> None:  # fmt: skip
        live = self._live.setdefault(key, {})
        for turn in np.unique(turns).tolist():
            which = turns == turn
            if turn not in live:
                live[turn] = self._begun(key)
            live[turn].add(samples[which], dropped[which])
            self._last[key] = live[turn].last

    def _begun(self, key: FlowKey) -> LiveWindow:
        return LiveWindow(self._last.get(key, np.zeros(0, SAMPLES)))

    def _window(
        self, flow: AgentFlow, place: int, turn: int, clock: OwnClock, *, broken_off: bool
    ) -> Window:
        state = self._fleet.state[place]
        timeline = self._fleet.roster.timelines[int(state["length"])]
        began = timeline.turn(turn)
        notes: Mapping[str, int] = self._fleet.notes.pop((flow.key, turn), {})
        incomplete = not began.whole or turn == state["begun"] or BROKEN_OFF in notes
        incomplete |= broken_off and turn == timeline.now
        sync_in, bound_ns = int(state["sync_in"]), float(state["bound_ns"])
        ours_free, theirs_free = flow.free_running
        ends = Ends(
            math.inf if ours_free else clock.error_ns, clock.source, began.steps,
            math.inf if theirs_free or math.isinf(bound_ns) else bound_ns,
            None if sync_in == UNKNOWN else sync_source(sync_in), began.set_ns,
        )  # fmt: skip
        self._fleet.state["bound_ns"][place] = -np.inf
        key = WindowKey(*_names(flow), began.start_ns, timeline.length_ns)
        live = self._live.get(flow.key, {}).pop(turn, None) or self._begun(flow.key)
        return live.window(
            key, ends, bound_us=flow.bound_us, path=flow.path, incomplete=bool(incomplete),
            notes=notes,
        )  # fmt: skip


def _names(flow: AgentFlow) -> tuple[str, str, str, str, str]:
    campaign, src, dst, name = flow.key
    return campaign, src, src, dst, name


def _by_flow(
    held: list[Decided],
) -> dict[int, tuple[NDArray[np.void], NDArray[np.int64], NDArray[np.bool_]]]:
    """Samples, windows and drops of each flow, in order of their numbers."""
    if not held:
        return {}
    flows = np.concatenate([one.flows for one in held])
    order = np.argsort(flows, kind="stable")
    samples = np.concatenate([one.samples for one in held])[order]
    turns = np.concatenate([one.turns for one in held])[order]
    dropped = np.concatenate([one.dropped for one in held])[order]
    flows = flows[order]
    firsts = np.flatnonzero(np.diff(flows, prepend=-1))
    ends = np.append(firsts[1:], len(flows))
    return {
        int(flows[first]): (samples[first:end], turns[first:end], dropped[first:end])
        for first, end in zip(firsts.tolist(), ends.tolist(), strict=True)
    }
