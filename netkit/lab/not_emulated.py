"""What the file states of links and a lab does not do: named when it boots, never left unsaid."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from netkit.lab.blueprint import Blueprint
from netkit.lab.delay.choice import BackendName
from netkit.lab.kernel.router_setup import MOST_MTU
from netkit.model.network.elements import LinkKind


class Stated(NamedTuple):
    """Losses, delay variations or capacities: the file's word, and what the lab does instead."""

    word: str
    instead: str


LOSS = Stated("loss_percent", "links lose nothing")
JITTER = Stated("jitter_us", "delays do not vary")
CAPACITY = Stated("capacity_gbps", "links carry whatever comes")

EMULATES: Mapping[BackendName, Collection[Stated]] = {
    BackendName.HTB: (LOSS, JITTER, CAPACITY),
    BackendName.WIRE: (),
    BackendName.NETEM: (),
}
"""What each delay backend does of these."""

_SHOWN = 3


def not_emulated(blueprint: Blueprint, backend: BackendName) -> list[str]:
    """A sentence for each kind of statement that stays without effect; empty if there is none."""
    stated = dict(_stated(blueprint))
    found = [
        f"{kind.word} of {_named(ids)}: {kind.instead}"
        for kind, ids in stated.items()
        if ids and kind not in EMULATES[backend]
    ]
    large = [cable.id for cable in blueprint.cables if (cable.mtu_bytes or 0) > MOST_MTU]
    if large:
        found.append(f"mtu_bytes of {_named(large)}: {MOST_MTU} here, and nothing larger is sent")
    return found


def _stated(blueprint: Blueprint) -> Iterator[tuple[Stated, list[str]]]:
    links = [link for link in blueprint.topology.all_links if link.kind is not LinkKind.EXCHANGE]
    legs = [(f"{fabric.id}:{m.node}", m) for fabric in blueprint.fabrics for m in fabric.members]
    yield (
        LOSS,
        [
            *(link.id for link in links if link.loss_ab_ppb or link.loss_ba_ppb),
            *(id_ for id_, leg in legs if leg.loss_ppb),
        ],
    )
    yield (
        JITTER,
        [
            *(link.id for link in links if link.jitter_ab_us or link.jitter_ba_us),
            *(id_ for id_, leg in legs if leg.jitter_us),
        ],
    )
    yield (
        CAPACITY,
        [
            *(link.id for link in links if link.capacity_bps),
            *(id_ for id_, leg in legs if leg.capacity_bps),
        ],
    )


def _named(ids: list[str]) -> str:
    shown = ", ".join(ids[:_SHOWN])
    return shown if len(ids) <= _SHOWN else f"{shown} and {len(ids) - _SHOWN} more"
