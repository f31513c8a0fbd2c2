"""The proof step for cut lists: every header that is pushed, followed SID by SID.

It knows nothing of how the cuts were found. It pushes, processes and takes off headers as nodes
would (RFC 8986 §4.14, §4.16.3), holds each against the limits of the node that does it, and holds
what was executed in all against the list that was replayed.

Invariant: the headers on the packet are a stack, the last one pushed on top, and segments left of
each (RFC 8754 §2) is what its next SID will see. O(number of SIDs).
"""

from __future__ import annotations

from dataclasses import dataclass

from netkit.errors import ReplayError
from netkit.model.network.elements import SidLimits
from netkit.model.srv6.segment_list import Behavior, Binding, CandidatePath, Segment
from netkit.planner.network.network import Network

_Item = Segment | Binding | None
"""A SID of a header; None is the endpoint's service SID."""


@dataclass(slots=True)
class _Header:
    items: tuple[_Item, ...]
    done: int = 0

    @property
    def left(self) -> int:
        """Segments left, as the SRH says it."""
        return len(self.items) - 1 - self.done


def check_headers(network: Network, candidate: CandidatePath, max_sids: int | None = None) -> None:
    """Follow a packet of ``candidate`` through all its headers.

    Raises :class:`ReplayError` where a node would have to do more than its limits allow (RFC 9352
    §4) or than ``max_sids``, or where the headers do other than the list. O(number of SIDs).
    """
    _Packet(network, candidate, max_sids).travel()


class _Packet:
    def __init__(self, network: Network, candidate: CandidatePath, max_sids: int | None) -> None:
        self._network = network
        self._candidate = candidate
        self._max_sids = max_sids
        self._at = candidate.path.nodes[0]
        self._headers: list[_Header] = []
        self._executed: list[Segment] = []

    def travel(self) -> None:
        """From the headend to the end of the last header."""
        self._push((*self._candidate.pushed, None))
        while self._headers:
            header = self._headers[-1]
            item, left = header.items[header.done], header.left
            self._process(item, left)
            if left == 0:
                sids = len(header.items) - 1
                self._hold(sids <= self._limits(item).max_end_d, item, "max_end_d", sids)
                self._headers.pop()
            header.done += 1
            if isinstance(item, Binding):
                self._push(self._candidate.segments[item.first : item.end])
        if self._executed != list(self._candidate.segments):
            raise ReplayError(f"the headers execute {self._executed}, which is not the list")

    def _push(self, items: tuple[_Item, ...]) -> None:
        limit = self._network.nodes[self._network.index[self._at]].sid_limits.max_h_encaps
        most = limit if self._max_sids is None else min(limit, self._max_sids)
        if not 0 < len(items) <= most:
            raise ReplayError(f"{self._at} would push {len(items)} SIDs, its limit is {most}")
        self._headers.append(_Header(items))

    def _process(self, item: _Item, left: int) -> None:
        self._hold(left <= self._limits(item).max_segments_left, item, "max_segments_left", left)
        if isinstance(item, Segment):
            self._executed.append(item)
            self._at = self._after(item)
        elif isinstance(item, Binding):
            if left == 0 or len(self._headers) > 1:
                raise ReplayError(f"the binding SID of {item.node} stands where it cannot")
            if item.node != self._at:
                self._executed.append(Segment(Behavior.END, item.node, None, item.algorithm))
                self._at = item.node

    def _after(self, segment: Segment) -> str:
        if segment.link is None:
            return segment.node
        return self._network.arcs[self._network.arc_index[segment.link, segment.node]].dst

    def _node(self, item: _Item) -> str:
        return self._candidate.path.nodes[-1] if item is None else item.node

    def _limits(self, item: _Item) -> SidLimits:
        return self._network.nodes[self._network.index[self._node(item)]].sid_limits

    def _hold(self, kept: bool, item: _Item, limit: str, figure: int) -> None:
        if not kept:
            raise ReplayError(f"{self._node(item)} would meet {figure}, over its {limit}")
