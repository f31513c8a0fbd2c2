"""Exchange centres: one shared fabric each, which makes a link between each two members of
different operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from netkit.model.network.elements import DelayBasis, Link, LinkKind, Status
from netkit.model.network.geo import Coordinates
from netkit.model.units import PPB


@dataclass(frozen=True, slots=True)
class FabricMember:
    """A router's port on an exchange fabric; ``delay_us`` is the leg to the fabric, one-way.

    All figures are of the leg, both ways alike.
    """

    node: str
    delay_us: int
    basis: DelayBasis = DelayBasis.GIVEN
    capacity_bps: int | None = None
    jitter_us: int | None = None
    loss_ppb: int | None = None
    cost: int | None = None
    mtu_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Fabric:
    """A new-type internet exchange centre: one shared layer-2 fabric, any member to any other."""

    id: str
    members: tuple[FabricMember, ...]
    place: str | None = None
    coordinates: Coordinates | None = None
    status: Status = Status.ACTIVE

    @property
    def srlg(self) -> str:
        """The risk that all links over this fabric share."""
        return f"fabric:{self.id}"

    def link_id(self, a: str, b: str) -> str:
        """The id of the link that the fabric makes between members ``a`` and ``b``."""
        return f"{self.id}:{a}~{b}"


def fabric_links(fabric: Fabric, operator: Mapping[str, str]) -> list[Link]:
    """The links that a fabric makes between those of its members that ``operator`` knows, which has
    the operator of each."""
    members = [member for member in fabric.members if member.node in operator]
    return [
        _link(fabric, a, b)
        for a, b in combinations(members, 2)
        if operator[a.node] != operator[b.node]
    ]


def _link(fabric: Fabric, a: FabricMember, b: FabricMember) -> Link:
    delay_us = a.delay_us + b.delay_us
    jitter_us = _sum(a.jitter_us, b.jitter_us)
    loss_ppb = _lost(a.loss_ppb, b.loss_ppb)
    derived = next((one.basis for one in (a, b) if one.basis is not DelayBasis.GIVEN), None)
    return Link(
        fabric.link_id(a.node, b.node), a.node, b.node, delay_us, delay_us, 1, 1,
        basis=derived or DelayBasis.GIVEN, kind=LinkKind.EXCHANGE,
        capacity_bps=_least(a.capacity_bps, b.capacity_bps),
        srlgs=frozenset({fabric.srlg}), fabric=fabric.id,
        jitter_ab_us=jitter_us, jitter_ba_us=jitter_us,
        loss_ab_ppb=loss_ppb, loss_ba_ppb=loss_ppb,
        cost=_sum(a.cost, b.cost), mtu_bytes=_least(a.mtu_bytes, b.mtu_bytes),
    )  # fmt: skip


def _least(a: int | None, b: int | None) -> int | None:
    """The lesser figure; of one that is missing the other."""
    return min((figure for figure in (a, b) if figure is not None), default=None)


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _lost(a_ppb: int | None, b_ppb: int | None) -> int | None:
    """The loss over two legs in a row, rounded up."""
    if a_ppb is None or b_ppb is None:
        return None
    return PPB - (PPB - a_ppb) * (PPB - b_ppb) // PPB
