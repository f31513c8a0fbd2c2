"""What the file states of links and a lab does not do: named when it boots, never left unsaid."""

from __future__ import annotations

from netkit.lab.blueprint import Blueprint
from netkit.lab.kernel.router_setup import MOST_MTU
from netkit.model.network.topology import Topology

_SHOWN = 3
_SHARING = 3


def not_emulated(blueprint: Blueprint) -> list[str]:
    """A sentence for each kind of statement that stays without effect; empty if there is none."""
    large = [cable.id for cable in blueprint.cables if (cable.mtu_bytes or 0) > MOST_MTU]
    shared = _shared_ports(blueprint)
    found = []
    if large:
        found.append(f"mtu_bytes of {_named(large)}: {MOST_MTU} here, and nothing larger is sent")
    if shared:
        what = "each link has it for itself, though ports are shared"
        found.append(f"capacity of the broadcast networks {_named(shared)}: {what}")
    return found


def left_out(topology: Topology) -> list[str]:
    """What the file states of links and :func:`~netkit.lab.drills.calm.calm` leaves out, a sentence
    for each kind."""
    links = topology.all_links
    kinds = {
        "loss_percent": [one.id for one in links if one.loss_ab_ppb or one.loss_ba_ppb],
        "jitter_us": [one.id for one in links if one.jitter_ab_us or one.jitter_ba_us],
        "capacity": [one.id for one in links if one.capacity_bps is not None],
    }
    return [f"{kind} of {_named(ids)}: left out of drills" for kind, ids in kinds.items() if ids]


def _shared_ports(blueprint: Blueprint) -> list[str]:
    """The broadcast networks of which some link has a capacity, and of three routers or more."""
    routers: dict[str, set[str]] = {}
    limited: set[str] = set()
    for link in blueprint.topology.all_links:
        if link.lan is not None:
            routers.setdefault(link.lan, set()).update((link.a, link.b))
            if link.capacity_bps is not None:
                limited.add(link.lan)
    return sorted(lan for lan in limited if len(routers[lan]) >= _SHARING)


def _named(ids: list[str]) -> str:
    shown = ", ".join(ids[:_SHOWN])
    return shown if len(ids) <= _SHOWN else f"{shown} and {len(ids) - _SHOWN} more"
