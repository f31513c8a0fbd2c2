"""Nodes and links as an importer reads them, before they have names, delays and numbers."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv6Network

from netkit.model.network.advertised import AdvertisedSid, LinkEnd, Locator
from netkit.model.network.elements import DelayBasis, Role, Status
from netkit.model.network.geo import Coordinates


@dataclass(frozen=True, slots=True)
class NodeDraft:
    """A node; ``key`` is what links of the file call it, ``label`` what people call it.

    ``locators`` and ``sids`` are what it advertises, as far as the file knows.
    """

    key: str
    label: str
    line: int | None = None
    coordinates: Coordinates | None = None
    overload: bool = False
    locators: tuple[Locator, ...] = ()
    sids: tuple[AdvertisedSid, ...] = ()
    role: Role = Role.CITY
    operator: str = "default"
    place: str | None = None
    hub: str | None = None
    status: Status = Status.ACTIVE

    @property
    def locator(self) -> IPv6Network | None:
        """The SRv6 locator of the shortest paths."""
        return next((one.prefix for one in self.locators if one.algorithm == 0), None)


@dataclass(frozen=True, slots=True)
class QualityDraft:
    """What TE extensions say of one direction beside its delay; what they do not is None."""

    jitter_us: int | None = None
    loss_ppb: int | None = None
    te_metric: int | None = None


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """A link between two keys; what the file does not say is None.

    Of a one-way link, ``delay_ba_us``, ``metric_ba`` and ``label_ba`` are None. ``tag`` tells it
    from others between the same two nodes where it has no label; ``lan`` is the broadcast network
    that makes it, ``end_a`` and ``end_b`` what is known of its ends.
    """

    a: str
    b: str
    line: int | None = None
    label: str | None = None
    label_ba: str | None = None
    delay_ab_us: int | None = None
    delay_ba_us: int | None = None
    metric_ab: int | None = None
    metric_ba: int | None = None
    capacity_bps: int | None = None
    length_km: float | None = None
    one_way: bool = False
    srlgs: frozenset[str] = frozenset()
    admin_groups: frozenset[str] = frozenset()
    quality_ab: QualityDraft | None = None
    quality_ba: QualityDraft | None = None
    cost: int | None = None
    basis: DelayBasis = DelayBasis.GIVEN
    min_delay_ab_us: int | None = None
    min_delay_ba_us: int | None = None
    sids_ab: tuple[AdvertisedSid, ...] = ()
    sids_ba: tuple[AdvertisedSid, ...] = ()
    tag: str | None = None
    lan: str | None = None
    end_a: LinkEnd | None = None
    end_b: LinkEnd | None = None


@dataclass(frozen=True, slots=True)
class ArcDraft:
    """One direction of a link, as formats write it that list each by itself.

    ``mark`` tells parallel links apart where the file can: both directions carry the same.
    """

    src: str
    dst: str
    line: int | None = None
    label: str | None = None
    delay_us: int | None = None
    metric: int | None = None
    capacity_bps: int | None = None
    admin_groups: frozenset[str] = frozenset()
    srlgs: frozenset[str] = frozenset()
    mark: tuple[str, ...] | None = None
    length_km: float | None = None
    quality: QualityDraft | None = None


def paired(arcs: Sequence[ArcDraft]) -> list[LinkDraft]:
    """Each arc and its reverse as one link, in the place of the first; the others are one-way.

    A reverse leads back between the same two nodes with the same mark and capacity. Arcs that are
    alike in delay and metric too find each other first; then those that are not, in order. O(n).
    """
    partner: dict[int, int] = {}
    for key in (_exactly, _roughly):
        waiting: dict[tuple[object, ...], deque[int]] = defaultdict(deque)
        for place, arc in enumerate(arcs):
            if place in partner or arc.src == arc.dst:
                continue
            back = waiting[arc.dst, arc.src, *key(arc)]
            if back:
                first = back.popleft()
                partner[first], partner[place] = place, first
            else:
                waiting[arc.src, arc.dst, *key(arc)].append(place)
    links = []
    for place, arc in enumerate(arcs):
        other = partner.get(place)
        if other is None:
            links.append(_one_way(arc))
        elif other > place:
            links.append(_both_ways(_one_way(arc), arcs[other]))
    return links


def _exactly(arc: ArcDraft) -> tuple[object, ...]:
    return arc.mark, arc.capacity_bps, arc.delay_us, arc.metric


def _roughly(arc: ArcDraft) -> tuple[object, ...]:
    return arc.mark, arc.capacity_bps


def _one_way(arc: ArcDraft) -> LinkDraft:
    return LinkDraft(
        arc.src, arc.dst, arc.line, arc.label, None, arc.delay_us, None, arc.metric, None,
        arc.capacity_bps, arc.length_km, one_way=True, srlgs=arc.srlgs,
        admin_groups=arc.admin_groups, quality_ab=arc.quality,
    )  # fmt: skip


def _both_ways(link: LinkDraft, back: ArcDraft) -> LinkDraft:
    return replace(
        link,
        label_ba=back.label,
        delay_ba_us=back.delay_us,
        metric_ba=back.metric,
        quality_ba=back.quality,
        one_way=False,
        srlgs=link.srlgs | back.srlgs,
        admin_groups=link.admin_groups | back.admin_groups,
    )
