"""From adjacencies as one end states them to links: who is at the other end of which (ISO 10589).

The directions of a link are told by what both ends say of it: the addresses of its ends, or their
link ids (RFC 5307 §1.1). Where they say neither, parallel links are put together by their figures,
never by the order in which anything is printed, and a note says so. SPF uses an adjacency if the
neighbour lists any back (ISO 10589, 7.2.8.2); so one without a partner is a one-way link.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_interface

from netkit.files.importers.drafts import LinkDraft, QualityDraft
from netkit.files.importers.imported import DelayFigure
from netkit.files.importers.link_state.records import Pair, Traffic
from netkit.files.reading.findings import Findings
from netkit.model.network.advertised import AdvertisedSid
from netkit.model.network.elements import DelayBasis

_NO_ENDS: Pair = (None, None)


@dataclass(slots=True)
class StateArc:
    """One adjacency; ``lan`` is the broadcast network that it leads over."""

    src: str
    dst: str
    metric: int
    ipv4: Pair = _NO_ENDS
    ipv6: Pair = _NO_ENDS
    ids: Pair = _NO_ENDS
    traffic: Traffic = field(default_factory=Traffic)
    sids: tuple[AdvertisedSid, ...] = ()
    lan: str | None = None

    @property
    def ends(self) -> tuple[Pair, Pair, Pair]:
        """All that may tell it from others."""
        return (self.ipv6, self.ipv4, self.ids)

    def order(self) -> tuple[object, ...]:
        """A place among others that does not depend on where it was printed."""
        figures = self.traffic
        own = tuple(word or "" for ends in self.ends for word in ends)
        sids = tuple(str(one.sid) for one in self.sids)
        return (
            self.lan or "", own, self.metric, figures.delay_max_us or 0, figures.delay_avg_us or 0,
            figures.capacity_bps or 0, sids,
        )  # fmt: skip


def links_of(
    findings: Findings, arcs: Iterable[StateArc], figure: DelayFigure
) -> tuple[list[LinkDraft], Counter[str]]:
    """Links, sorted by their ends, and what is left out of them, by kind.

    The same whatever the order of ``arcs``. O(n log n) unless nothing tells many parallel links
    apart.
    """
    found, left_out = [], Counter[str]()
    for (a, b), (there, back) in _by_ends(arcs):
        if not there or not back:
            left_out["adjacencies that the neighbour does not list back"] += len(there) + len(back)
            continue
        pairs, guessed = paired(there, back)
        if guessed:
            findings.note(
                None, f"nothing tells which ends of the links {a} to {b} belong together",
                expected="interface addresses or link ids", remedy="Paired by metric and delay",
            )  # fmt: skip
        parallel = len(pairs) > 1
        found += [_link(pair, figure, tagged=parallel) for pair in pairs]
    return found, left_out


_Side = list[StateArc]


def _by_ends(arcs: Iterable[StateArc]) -> Iterator[tuple[tuple[str, str], tuple[_Side, _Side]]]:
    """Adjacencies between each two nodes, those of the node that sorts first before the others."""
    sides: dict[tuple[str, str], tuple[_Side, _Side]] = defaultdict(lambda: ([], []))
    for arc in arcs:
        if arc.src <= arc.dst:
            sides[arc.src, arc.dst][0].append(arc)
        else:
            sides[arc.dst, arc.src][1].append(arc)
    for ends in sorted(sides):
        there, back = sides[ends]
        if len(there) > 1 or len(back) > 1:
            there.sort(key=StateArc.order)
            back.sort(key=StateArc.order)
        yield ends, (there, back)


_Both = tuple[StateArc | None, StateArc | None]


def paired(there: Sequence[StateArc], back: Sequence[StateArc]) -> tuple[list[_Both], bool]:
    """Which adjacency of one side is which of the other; and whether that had to be guessed."""
    if len(there) == len(back) == 1 and not _contradict(there[0], back[0]):
        return [(there[0], back[0])], False
    left, right = list(there), list(back)
    found: list[_Both] = []
    for own, other in _KEYS:
        by_key: dict[Hashable, list[StateArc]] = defaultdict(list)
        for arc in right:
            for key in other(arc):
                by_key[key].append(arc)
        for arc in list(left):
            partner = next((one for key in own(arc) for one in by_key.get(key, ())), None)
            if partner is None or not any(one is partner for one in right):
                continue
            found.append((arc, partner))
            left = [one for one in left if one is not arc]
            right = [one for one in right if one is not partner]
    guessed = _is_guess(left, right)
    found += _by_figures(left, right)
    return sorted(found, key=_pair_order), guessed


def _pair_order(pair: _Both) -> tuple[object, ...]:
    return tuple(() if arc is None else arc.order() for arc in pair)


def _by_figures(left: list[StateArc], right: list[StateArc]) -> list[_Both]:
    """Those alike in metric find each other first; then the others, if nothing contradicts it."""
    found: list[_Both] = []
    for same in (True, False):
        for arc in list(left):
            fits = [
                one
                for one in right
                if not _contradict(arc, one) and (not same or one.metric == arc.metric)
            ]
            if fits:
                found.append((arc, fits[0]))
                left = [one for one in left if one is not arc]
                right = [one for one in right if one is not fits[0]]
    return [*found, *((arc, None) for arc in left), *((None, arc) for arc in right)]


def _is_guess(left: Sequence[StateArc], right: Sequence[StateArc]) -> bool:
    """Is there more than one way to pair them, and does it matter which?"""
    return any(len({arc.order()[2:] for arc in side}) > 1 for side in (left, right)) and bool(
        left and right
    )


def _contradict(arc: StateArc, other: StateArc) -> bool:
    """Do both say who is at the other end, and not each other?"""
    if arc.lan != other.lan:
        return True
    stated = [
        (mine, theirs)
        for mine, theirs in zip(arc.ends, other.ends, strict=True)
        if None not in mine and None not in theirs
    ]
    return any(mine != (theirs[1], theirs[0]) for mine, theirs in stated)


_Keys = Callable[[StateArc], Iterator[Hashable]]


def _whole(arc: StateArc) -> Iterator[Hashable]:
    for kind, ends in enumerate(arc.ends):
        if None not in ends:
            yield (kind, *ends)
    if arc.lan is not None:
        yield arc.lan


def _whole_back(arc: StateArc) -> Iterator[Hashable]:
    for kind, ends in enumerate(arc.ends):
        if None not in ends:
            yield (kind, ends[1], ends[0])
    if arc.lan is not None:
        yield arc.lan


def _near(arc: StateArc) -> Iterator[Hashable]:
    return ((kind, near) for kind, (near, _) in enumerate(arc.ends) if near is not None)


def _far(arc: StateArc) -> Iterator[Hashable]:
    return ((kind, far) for kind, (_, far) in enumerate(arc.ends) if far is not None)


def _subnet(arc: StateArc) -> Iterator[Hashable]:
    """The smallest networks that a link may be, where only near ends are stated."""
    for near, _ in (arc.ipv6, arc.ipv4):
        if near is not None:
            whole = ip_address(near).max_prefixlen
            yield from (str(ip_interface(f"{near}/{whole - bits}").network) for bits in (1, 2, 3))
            if whole == 128:
                yield str(ip_interface(f"{near}/64").network)


_KEYS: tuple[tuple[_Keys, _Keys], ...] = (
    (_whole, _whole_back), (_far, _near), (_near, _far), (_subnet, _subnet),
)  # fmt: skip


def _link(pair: _Both, figure: DelayFigure, *, tagged: bool) -> LinkDraft:
    """The link of two adjacencies; a single one is one-way, from its router on."""
    there, back = pair
    if there is None:
        there, back = back, None
    assert there is not None  # noqa: S101  (one of both is always there)
    own, other = there.traffic, Traffic() if back is None else back.traffic
    ab_us, basis = planned_us(own, figure)
    ba_us, basis_ba = planned_us(other, figure)
    bases = [one for one in (basis, basis_ba) if one is not None]
    known = [bps for bps in (own.capacity_bps, other.capacity_bps) if bps is not None]
    return LinkDraft(
        there.src, there.dst,
        delay_ab_us=ab_us,
        delay_ba_us=ba_us,
        metric_ab=there.metric,
        metric_ba=None if back is None else back.metric,
        capacity_bps=min(known, default=None),
        one_way=back is None,
        srlgs=own.srlgs | other.srlgs | _lan_risk(there.lan),
        admin_groups=own.admin_groups | other.admin_groups,
        quality_ab=_quality(own),
        quality_ba=None if back is None else _quality(other),
        basis=min(bases, key=_CAUTION.index, default=DelayBasis.GIVEN),
        min_delay_ab_us=own.delay_min_us,
        min_delay_ba_us=None if back is None else other.delay_min_us,
        sids_ab=there.sids,
        sids_ba=() if back is None else back.sids,
        tag=_tag(there, back) if tagged else None,
        lan=there.lan,
    )  # fmt: skip


_CAUTION = (DelayBasis.ADVERTISED_MIN, DelayBasis.ADVERTISED_AVG, DelayBasis.ADVERTISED_MAX)
"""Of the two directions the basis is that which promises less."""

_PREFERENCE = {
    DelayFigure.MAX: ("max", "avg", "min"),
    DelayFigure.AVG: ("avg", "max", "min"),
    DelayFigure.MIN: ("min", "avg", "max"),
}


def planned_us(traffic: Traffic, figure: DelayFigure) -> tuple[int | None, DelayBasis | None]:
    """The delay to plan with: the one asked for, else the next."""
    for word in _PREFERENCE[figure]:
        found: int | None = getattr(traffic, f"delay_{word}_us")
        if found is not None:
            return found, DelayBasis(f"advertised_{word}")
    return None, None


def _lan_risk(lan: str | None) -> frozenset[str]:
    return frozenset() if lan is None else frozenset({f"lan-{lan}"})


def _quality(traffic: Traffic) -> QualityDraft:
    return QualityDraft(traffic.jitter_us, traffic.loss_ppb, traffic.te_metric)


def _tag(there: StateArc, back: StateArc | None) -> str | None:
    """What tells a link from its parallels: its LAN, an address of its first end, its link id."""
    if there.lan is not None:
        return there.lan
    for kind in (1, 0, 2):  # Addresses of IPv4 are the shorter ones.
        far = None if back is None else back.ends[kind][1]
        near = there.ends[kind][0] or far
        if near is not None:
            return near if kind < 2 else f"#{near}"
    return str(there.sids[0].sid) if there.sids else None
