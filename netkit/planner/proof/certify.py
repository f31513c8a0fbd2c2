"""Certificates: only lists whose replay keeps what the search promised leave the planner.

The search claims; the replay decides. A contradiction is a defect of the one or the other, and is
an error rather than an answer. One replay a list.

Of cut lists every header that is pushed is followed too, SID by SID. Nothing here knows how the
cuts were found: headers are pushed, processed and taken off as nodes would (RFC 8986 §4.14,
§4.16.3), each is held against the limits of the node that does it, and what was executed in all
against the list that was replayed. Invariant: the headers on the packet are a stack, the last one
pushed on top, and segments left of each (RFC 8754 §2) is what its next SID will see. O(number of
SIDs).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netkit.errors import ReplayError
from netkit.model.network.elements import SidLimits
from netkit.model.srv6.segment_list import Behavior, Binding, CandidatePath, Segment
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.proof.replay import KnownLegs, Replay, Requirements


def certify(
    igp: Igp,
    ends: tuple[str, str],
    segments: tuple[Segment, ...],
    requirements: Requirements,
    bindings: tuple[Binding, ...] = (),
    known: KnownLegs | None = None,
) -> CandidatePath:
    """The list with its certificate; only what passes here may leave the planner.

    ``known`` keeps the legs over the tables of ``igp`` for the next list.

    Raises :class:`ReplayError` where the replay contradicts the search: where some branch does not
    keep the ``requirements``, or where the headers of a list that is cut by ``bindings`` do not.
    """
    src, dst = ends
    replay = Replay(igp, src, segments, dst, known=known)
    broken = list(_broken(igp.network, replay, requirements))
    if broken:
        raise ReplayError(f"{src} to {dst}: the list {'; it '.join(broken)}")
    candidate = CandidatePath(segments, replay.path, replay.certificate, bindings)
    if bindings:
        check_headers(igp.network, candidate, requirements.max_sids)
    return candidate


def _broken(network: Network, replay: Replay, requirements: Requirements) -> Iterator[str]:
    certificate = replay.certificate
    if certificate.guaranteed_us > requirements.bound_us:
        delay_us, bound_us = certificate.guaranteed_us, requirements.bound_us
        yield f"replays at {delay_us} µs, over its bound of {bound_us} µs"
    if requirements.forbidden is not None:
        crossed = [
            key for key in certificate.links if requirements.forbidden[network.arc_index[key]]
        ]
        if crossed:
            yield f"crosses {crossed}, which it must not"
    for metric, most in requirements.limits:
        worst = replay.worst(metric)
        if worst > most:
            yield f"may take {worst:g} of {metric}, over its limit of {most}"
    waypoints = requirements.waypoints
    if waypoints and replay.visited(waypoints) < len(waypoints):
        yield "may miss a waypoint"


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
