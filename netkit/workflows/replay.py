"""A segment list of one's own: what its words stand for, and what every branch of it keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import AddressValueError, IPv6Address

from netkit.errors import InputError, Problem, ReplayError, did_you_mean
from netkit.model.network.topology import Topology
from netkit.model.srv6.node_sids import anycast_sid, end_sid, end_x_sid, service_sid
from netkit.model.srv6.segment_list import Behavior, Certificate, Segment
from netkit.planner.network.asked_rows import few
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.proof.anycast import certificate_of


def replay_list(
    topology: Topology, ends: tuple[str, str], words: Sequence[str]
) -> tuple[tuple[Segment, ...], Certificate]:
    """The segments that ``words`` stand for, without the service SID of the endpoint, which always
    ends a list; and what holds for them over every branch of the ECMP and every anycast member.

    A word is a SID, the name of a node or of an anycast group for its ``End``.

    Raises:
        InputError: unknown words, or a list that loops, is dropped, or that the platform of the
            headend cannot push.
    """
    segments = segments_of(topology, words)
    limit = topology.node[ends[0]].sid_limits.max_h_encaps
    if len(segments) + 1 > limit:
        raise InputError.single(
            f"{ends[0]} cannot push the list",
            value=f"{len(segments) + 1} SIDs with the service SID",
            expected=f"at most {limit}",
        )
    if service_sid(topology, ends[1]) is None:
        expected = "a locator of algorithm 0, in which a service SID has room"
        raise InputError.single("no list can end there", value=ends[1], expected=expected)
    groups = {group.name: group.nodes for group in topology.anycasts}
    try:
        network = Network.of(topology)
        igp = Igp.of(network, asked=few(len(network.nodes)))
        return segments, certificate_of(igp, ends, segments, groups)
    except ReplayError as error:
        raise InputError.single("the list does not hold", value=str(error)) from error


def segments_of(topology: Topology, words: Sequence[str]) -> tuple[Segment, ...]:
    """All words as segments; raises with each that is none."""
    return SegmentWords(topology).segments(words)


class SegmentWords:
    """What the words of segment lists mean in one topology: all of it is worked out once."""

    def __init__(self, topology: Topology) -> None:
        names = (*topology.node, *topology.anycast)
        self._named = {name: Segment(Behavior.END, name) for name in names}
        self._by_sid = dict(_sids(topology))

    def segments(self, words: Sequence[str]) -> tuple[Segment, ...]:
        """All words as segments; raises :class:`~netkit.errors.InputError` with each that is none.

        O(1) a word.
        """
        found, problems = [], []
        for word in words:
            sid = _address(word)
            segment = self._named.get(word) if sid is None else self._by_sid.get(sid)
            if segment is None:
                expected = "a SID, or the name of a node or of an anycast group"
                remedy = did_you_mean(word, self._named) if sid is None else None
                problems.append(Problem("SID", None, "nobody has it", word, expected, remedy))
            else:
                found.append(segment)
        if problems:
            raise InputError(problems)
        return tuple(found)


def _sids(topology: Topology) -> Iterator[tuple[IPv6Address, Segment]]:
    """Every SID that steers, in every algorithm."""
    algorithms = (0, *topology.flex_algo)
    for algorithm in algorithms:
        for node in topology.active_nodes:
            sid = end_sid(topology, node.name, algorithm)
            if sid is not None:
                yield sid, Segment(Behavior.END, node.name, None, algorithm)
        for arc in topology.adjacencies:
            sid = end_x_sid(topology, arc, algorithm)
            if sid is not None:
                yield sid, Segment(Behavior.END_X, arc.src, arc.link_id, algorithm)
    for group in topology.anycasts:
        sid = anycast_sid(topology, group)
        if sid is not None:
            yield sid, Segment(Behavior.END, group.name)


def _address(word: str) -> IPv6Address | None:
    try:
        return IPv6Address(word)
    except AddressValueError:
        return None
