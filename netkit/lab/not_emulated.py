"""What the file states of links and a lab does not do: named when it boots, never left unsaid."""

from __future__ import annotations

from netkit.lab.blueprint import Blueprint
from netkit.lab.kernel.router_setup import MOST_MTU

_SHOWN = 3


def not_emulated(blueprint: Blueprint) -> list[str]:
    """A sentence for each kind of statement that stays without effect; empty if there is none."""
    large = [cable.id for cable in blueprint.cables if (cable.mtu_bytes or 0) > MOST_MTU]
    if not large:
        return []
    return [f"mtu_bytes of {_named(large)}: {MOST_MTU} here, and nothing larger is sent"]


def _named(ids: list[str]) -> str:
    shown = ", ".join(ids[:_SHOWN])
    return shown if len(ids) <= _SHOWN else f"{shown} and {len(ids) - _SHOWN} more"
