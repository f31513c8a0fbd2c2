"""Certificates: only lists whose replay keeps what the search promised leave the planner.

The search claims; the replay decides. A contradiction is a defect of the one or the other, and is
an error rather than an answer. One replay a list.
"""

from __future__ import annotations

from collections.abc import Iterator

from netkit.errors import ReplayError
from netkit.model.srv6.segment_list import Binding, CandidatePath, Segment
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.proof.replay import Replay, Requirements


def certify(
    igp: Igp,
    ends: tuple[str, str],
    segments: tuple[Segment, ...],
    requirements: Requirements,
    bindings: tuple[Binding, ...] = (),
) -> CandidatePath:
    """The list with its certificate; only what passes here may leave the planner.

    Raises :class:`ReplayError` where the replay contradicts the search: where some branch does not
    keep the ``requirements``.
    """
    src, dst = ends
    replay = Replay(igp, src, segments, dst)
    broken = list(_broken(igp.network, replay, requirements))
    if broken:
        raise ReplayError(f"{src} to {dst}: the list {'; it '.join(broken)}")
    return CandidatePath(segments, replay.path, replay.certificate, bindings)


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
    if replay.visited(requirements.waypoints) < len(requirements.waypoints):
        yield "may miss a waypoint"
