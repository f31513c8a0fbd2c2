"""From adjacencies as each end states them to links (ISO 10589, 7.2.8.2).

SPF uses an adjacency if the neighbour lists any back; so one without a partner is a one-way link.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address

from netkit.files.importers.drafts import LinkDraft, QualityDraft
from netkit.files.importers.imported import DelayFigure
from netkit.files.importers.link_state.network.arcs import StateArc
from netkit.files.importers.link_state.network.pairing import Both, paired
from netkit.files.importers.link_state.records import Traffic
from netkit.files.native.link_delays import MAX_DELAY_US
from netkit.files.reading.findings import Findings
from netkit.model.network.advertised import LinkEnd
from netkit.model.network.elements import DelayBasis


def links_of(
    findings: Findings, arcs: Iterable[StateArc], figure: DelayFigure, names: Mapping[str, str]
) -> tuple[list[LinkDraft], Counter[str]]:
    """Links, sorted by their ends, and what is left out of them, by kind; ``names`` are those of
    the routers, by key.

    The same whatever the order of ``arcs``. O(n log n).
    """
    found, left_out, unlike, beyond = [], Counter[str](), 0, 0
    for (a, b), (there, back) in _by_ends(arcs):
        pairs, guessed = paired(*_listed_back(there, back, left_out))
        if guessed:
            what = f"nothing tells which ends of the links {names[a]} to {names[b]} belong together"
            findings.note(
                None, what,
                expected="interface addresses or link ids", remedy="Paired by metric and delay",
            )  # fmt: skip
        parallel = len(pairs) > 1
        found += [_link(pair, figure, tagged=parallel) for pair in pairs]
        unlike += sum(map(_differ_in_groups, pairs))
        beyond += sum(map(_beyond, (*there, *back)))
    if unlike:
        what = "links whose ends state other admin groups: both count both ways"
        findings.note(None, what, str(unlike))
    if beyond:
        what = f"least delays and delay variations over {MAX_DELAY_US} µs, which no plan takes"
        findings.note(None, what, str(beyond))
    return found, left_out


_MAX_LINK_ID = 0xFFFF_FFFF
_Side = list[StateArc]


def _listed_back(there: _Side, back: _Side, left_out: Counter[str]) -> tuple[_Side, _Side]:
    """Those whose neighbour lists any back; over a LAN it is the LAN that both list, so that what
    leads over one does not vouch for what does not (ISO 10589, 7.2.8.2)."""
    if there and back and len({arc.lan is None for arc in (*there, *back)}) == 1:
        return there, back
    sides: tuple[_Side, _Side] = ([], [])
    for over_lan in (False, True):
        own, other = (
            [arc for arc in side if (arc.lan is not None) == over_lan] for side in (there, back)
        )
        if own and other:
            sides[0].extend(own)
            sides[1].extend(other)
        elif own or other:
            kind = "adjacencies that the neighbour does not list back"
            left_out[kind] += len(own) + len(other)
    return sides


def _beyond(arc: StateArc) -> int:
    figures = (arc.traffic.delay_min_us, arc.traffic.jitter_us)
    return sum(us is not None and _usable(us) is None for us in figures)


def _differ_in_groups(pair: Both) -> bool:
    there, back = pair
    return (
        there is not None
        and back is not None
        and there.traffic.admin_groups != back.traffic.admin_groups
    )


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


def _link(pair: Both, figure: DelayFigure, *, tagged: bool) -> LinkDraft:
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
        min_delay_ab_us=_usable(own.delay_min_us),
        min_delay_ba_us=None if back is None else _usable(other.delay_min_us),
        sids_ab=there.sids,
        sids_ba=() if back is None else back.sids,
        tag=_tag(there, back) if tagged else None,
        lan=there.lan,
        end_a=_end(there, back),
        end_b=_end(back, there),
    )  # fmt: skip


def _end(near: StateArc | None, far: StateArc | None) -> LinkEnd | None:
    """What the router at one end says of it, ``near``; what it does not, the other may."""
    ipv6, ipv4, number = (
        (near and near.ends[kind][0]) or (far and far.ends[kind][1]) or None for kind in range(3)
    )
    found = LinkEnd(
        IPv4Address(ipv4) if ipv4 else None,
        IPv6Address(ipv6) if ipv6 else None,
        int(number) if number and 0 < int(number) <= _MAX_LINK_ID else None,
    )
    return None if found == LinkEnd() else found


def _usable(us: int | None) -> int | None:
    """A figure of microseconds, unless it is more than any plan takes."""
    return us if us is not None and us <= MAX_DELAY_US else None


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
    return QualityDraft(_usable(traffic.jitter_us), traffic.loss_ppb, traffic.te_metric)


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
