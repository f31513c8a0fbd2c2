"""From adjacencies as each end states them to links (ISO 10589, 7.2.8.2).

SPF uses an adjacency if the neighbour lists any back; so one without a partner is a one-way link.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from netkit.files.importers.drafts import LinkDraft, QualityDraft
from netkit.files.importers.imported import DelayFigure
from netkit.files.importers.link_state.network.arcs import StateArc
from netkit.files.importers.link_state.network.pairing import Both, paired
from netkit.files.importers.link_state.records import Traffic
from netkit.files.reading.findings import Findings
from netkit.model.network.elements import DelayBasis


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
