"""What lists hold on a network that is measured again and again: replayed only where it can differ.

A replay asks for next hops, which metrics decide, and adds the delays of what is crossed. So where
delays alone have changed, a list that no branch takes over any of those arcs holds what it held.
"""

from __future__ import annotations

from netkit.errors import ReplayError
from netkit.model.network.topology import Topology
from netkit.model.srv6.segment_list import Certificate, Segment
from netkit.model.upkeep import Pair
from netkit.planner.network.asked_rows import few
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.proof.replay import Replay
from netkit.planner.replan.change import Change, same_distances

_List = tuple[Pair, tuple[Segment, ...]]


class HeldLists:
    """The certificates of lists on the network as it was last measured. Of few lists on a large
    network the rows of the IGP are made that they ask for."""

    def __init__(self) -> None:
        self._igp: Igp | None = None
        self._before: dict[_List, Certificate | None] = {}
        self._now: dict[_List, Certificate | None] = {}

    def measured(self, topology: Topology, lists: int) -> None:
        """The network is ``topology`` now, and about so many lists will be asked for. Those that
        nobody has asked for since the last time are forgotten. O(m log n), and O(n m) where metrics
        are others or links came or went."""
        network, before = Network.of(topology), self._igp
        change = None if before is None else Change.between(before.network, network)
        if (
            before is None or change is None or before.flex
            or not same_distances(change, before.network, network)
        ):  # fmt: skip
            asked = few(len(network.nodes), lists)
            self._igp, self._before, self._now = Igp.of(network, asked=asked), {}, {}
            return
        self._before = {
            one: held
            for one, held in self._now.items()
            if held is None or change.keys.isdisjoint(held.links)
        }
        self._igp, self._now = before.with_delays(network), {}

    def guaranteed_us(self, pair: Pair, segments: tuple[Segment, ...]) -> int | None:
        """What a list guarantees between a pair; None where packets do not come through."""
        one = (pair, segments)
        if one not in self._now:
            self._now[one] = self._before[one] if one in self._before else self._replayed(one)
        held = self._now[one]
        return None if held is None else held.guaranteed_us

    def _replayed(self, one: _List) -> Certificate | None:
        if self._igp is None:
            raise ValueError("no network was measured yet")
        (src, dst), segments = one
        try:
            return Replay(self._igp, src, segments, dst).certificate
        except ReplayError:
            return None
