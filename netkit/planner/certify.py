"""Certificates: only lists whose replay keeps what the search promised leave the planner."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.errors import ReplayError
from netkit.model.segment_list import Binding, CandidatePath, Segment
from netkit.planner.graph import Network
from netkit.planner.igp import Igp
from netkit.planner.replay import Promise, Replay


def certified(
    igp: Igp,
    ends: tuple[str, str],
    segments: tuple[Segment, ...],
    promise: Promise,
    bindings: tuple[Binding, ...] = (),
) -> CandidatePath:
    """The list with its certificate; only what passes here may leave the planner.

    Raises :class:`ReplayError` where the replay contradicts the search: where some branch does not
    keep the ``promise``.
    """
    src, dst = ends
    replay = Replay(igp, src, segments, dst)
    broken = list(_broken(igp.network, replay, promise))
    if broken:
        raise ReplayError(f"{src} to {dst}: the list {'; it '.join(broken)}")
    return CandidatePath(segments, replay.path, replay.certificate, bindings)


def _broken(network: Network, replay: Replay, promise: Promise) -> Iterator[str]:
    certificate = replay.certificate
    if certificate.guaranteed_us > promise.bound_us:
        yield f"replays at {certificate.guaranteed_us} µs, over its bound of {promise.bound_us} µs"
    if promise.forbidden is not None:
        crossed = [key for key in certificate.links if promise.forbidden[network.arc_index[key]]]
        if crossed:
            yield f"crosses {crossed}, which it must not"
    for measure, most in promise.limits:
        worst = replay.worst(measure)
        if worst > most:
            yield f"may take {worst:g} of {measure}, over its limit of {most}"
    if replay.visited(promise.waypoints) < len(promise.waypoints):
        yield "may miss a waypoint"
