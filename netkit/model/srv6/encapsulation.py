"""What a list costs on the wire, as full SIDs and as uSID containers, and what then still fits.

A headend adds an outer IPv6 header and, for more than one SID, a segment routing header that holds
all but the first (H.Encaps.Red, RFC 8986 §5.2; RFC 8754 §2). One uSID container needs no SRH.
"""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.network.topology import Topology
from netkit.model.srv6.segment_list import CandidatePath, sids_pushed
from netkit.model.srv6.usid import LAST_USID_NODE

IPV6_HEADER_BYTES = 40
SRH_BYTES = 8
SID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Overhead:
    """``sids`` pushed (containers, as uSID), and the ``header_bytes`` that they add.

    ``largest_packet_bytes`` is the largest customer packet that passes every branch whole; None
    where the path MTU is not known, 0 where not even the headers pass.
    """

    sids: int
    header_bytes: int
    largest_packet_bytes: int | None


@dataclass(frozen=True, slots=True)
class Encapsulation:
    """One list in both forms; ``usid`` is None where some node's number fits no container, or it is
    known to advertise other SIDs than uSIDs.

    ``path_mtu_bytes`` is the least MTU of all links that any branch crosses; None unless all of
    them state one.
    """

    full: Overhead
    usid: Overhead | None
    path_mtu_bytes: int | None


def encapsulation(topology: Topology, candidate: CandidatePath) -> Encapsulation:
    """Both forms of ``candidate``, whichever of them is pushed."""
    segments, mtu_bytes = candidate.segments, path_mtu_bytes(topology, candidate)
    names = {*(segment.node for segment in segments), candidate.path.nodes[-1]}
    if topology.advertised:
        sids = [one for name in names for one in topology.node[name].sids]
        fits = all(one.next_csid for one in sids)
    else:
        fits = all(topology.node[name].sid_index <= LAST_USID_NODE for name in names)
    return Encapsulation(
        overhead(sids_pushed(segments), mtu_bytes),
        overhead(sids_pushed(segments, usid=True), mtu_bytes) if fits else None,
        mtu_bytes,
    )


def overhead(sids: int, mtu_bytes: int | None) -> Overhead:
    """What so many SIDs add to a packet.

    One SID needs no routing header; a second one adds 24 bytes.

    >>> overhead(1, 1500).largest_packet_bytes, overhead(2, 1500).largest_packet_bytes
    (1460, 1436)
    """
    header_bytes = IPV6_HEADER_BYTES
    if sids > 1:
        header_bytes += SRH_BYTES + SID_BYTES * (sids - 1)
    left = None if mtu_bytes is None else max(0, mtu_bytes - header_bytes)
    return Overhead(sids, header_bytes, left)


def path_mtu_bytes(topology: Topology, candidate: CandidatePath) -> int | None:
    """The least MTU of the links that any branch crosses."""
    links = {link for link, _ in candidate.certificate.links}
    figures = [topology.link[link].mtu_bytes for link in links]
    known = [figure for figure in figures if figure is not None]
    return min(known) if known and len(known) == len(figures) else None
