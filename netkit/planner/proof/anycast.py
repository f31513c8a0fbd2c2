"""Lists through SIDs that several routers share, replayed over every one that the IGP may choose.

The IGP takes a packet for an anycast SID to the nearest member, to any where several are equally
near (RFC 8402 §3.3). What follows in the list begins there; so each choice is a list of its own,
and what is certified is the worst of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from netkit.errors import ReplayError
from netkit.model.srv6.segment_list import Behavior, Certificate, Segment
from netkit.planner.network.igp import Igp
from netkit.planner.proof.replay import Replay

Groups = Mapping[str, Sequence[str]]
"""Members of each group, by its name."""


def certificate_of(
    igp: Igp, ends: tuple[str, str], segments: Sequence[Segment], groups: Groups
) -> Certificate:
    """What holds for a list whichever members take its packets; ``node`` of a segment may be a
    group.

    Raises :class:`ReplayError` where some choice loops, is dropped, or has no SID. O(choices s m)
    for s segments and m arcs: a choice is one of the equally near members at each anycast SID.
    """
    src, dst = ends
    found = [
        Replay(igp, src, taken, dst, shared=shared).certificate
        for taken, shared in _choices(igp, src, segments, groups)
    ]
    return _worst(found)


def nearest(igp: Igp, node: str, members: Sequence[str], algorithm: int = 0) -> tuple[str, ...]:
    """The members that a packet at ``node`` may be taken to; none where none is reached."""
    plane = igp.plane(algorithm)
    index = plane.network.index
    metrics = {one: plane.distance[index[node], index[one]] for one in members if one in index}
    least = min(metrics.values(), default=float("inf"))
    return tuple(one for one, metric in metrics.items() if metric == least < float("inf"))


_Choice = tuple[tuple[Segment, ...], frozenset[int]]
"""A list with a member in place of each group, and the places in it where that is so."""


def _choices(igp: Igp, src: str, segments: Sequence[Segment], groups: Groups) -> Iterator[_Choice]:
    """Every list of members that the IGP may make of a list of groups, from the front on."""
    if not segments:
        yield (), frozenset()
        return
    first, *rest = segments
    members: Sequence[str] = (first.node,)
    shared = first.node in groups
    if shared:
        members = nearest(igp, src, groups[first.node], first.algorithm)
        if not members:
            raise ReplayError(f"{src} has no route to any member of {first.node}")
    for member in members:
        taken = replace(first, node=member)
        for more, places in _choices(igp, _end_of(igp, taken), rest, groups):
            own = frozenset({0} if shared else ())
            yield (taken, *more), own | {place + 1 for place in places}


def _end_of(igp: Igp, segment: Segment) -> str:
    """Where a packet is once a segment is done."""
    if segment.kind is Behavior.END:
        return segment.node
    network = igp.network
    arc = network.arc_index.get((segment.link or "", segment.node))
    if arc is None:
        raise ReplayError(f"{segment.node} has no adjacency over {segment.link}")
    return network.arcs[arc].dst


def _worst(found: Sequence[Certificate]) -> Certificate:
    """Of all choices together: the worst figures, the sum of the branches, all that is crossed."""
    return Certificate(
        guaranteed_us=max(one.guaranteed_us for one in found),
        best_us=min(one.best_us for one in found),
        branches=sum(one.branches for one in found),
        links=tuple(sorted({link for one in found for link in one.links})),
        nodes=tuple(sorted({node for one in found for node in one.nodes})),
        hops=_most([one.hops for one in found]),
        jitter_us=_most([one.jitter_us for one in found]),
        loss_ppb=_most([one.loss_ppb for one in found]),
        te_metric=_most([one.te_metric for one in found]),
        cost=_most([one.cost for one in found]),
    )


def _most(figures: Sequence[int | None]) -> int | None:
    """The largest, if all are known."""
    known = [figure for figure in figures if figure is not None]
    return max(known) if len(known) == len(figures) else None
