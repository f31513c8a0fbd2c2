"""Changes of a router as lines: ``+`` is made, ``-`` taken away, ``~`` becomes something
else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netkit.apply.changes import Change
from netkit.apply.objects import (
    EdgeTable,
    FrrStatement,
    KernelObject,
    PassPair,
    Route,
    Rule,
    Seg6,
    Seg6Local,
    SidDevice,
    TunnelSource,
)


def change_lines(changes: Iterable[Change]) -> Iterator[str]:
    """One or two lines a change, in order; a route's as ``ip route`` has it."""
    for one in changes:
        if one.before is None:
            yield f"+ {_text(one.after)}"
        elif one.after is None:
            yield f"- {_text(one.before)}"
        else:
            yield f"~ {_text(one.before)}"
            yield f"  {_text(one.after)}"


def _text(one: KernelObject | None) -> str:
    match one:
        case Route():
            return _route(one)
        case Rule():
            return f"rule {one.priority}: from {one.interface} lookup {one.table}"
        case PassPair():
            return f"devices {one.name} and {one.peer}"
        case SidDevice():
            return f"device {one.name}"
        case TunnelSource():
            return f"source {one.address}"
        case EdgeTable():
            return f"edge filter of {len(one.lines)} lines"
        case FrrStatement():
            lost = "" if one.in_force else " (not in force)"
            return "; ".join((*one.nodes, one.words, *one.body)) + lost
    return ""


def _route(route: Route) -> str:
    where = f"{route.prefix} table {route.table} metric {route.metric}"
    mtu = "" if route.mtu is None else f" mtu {route.mtu}"
    via = "" if route.via is None else f" via {route.via}"
    if route.blackhole or route.local:
        return f"{'local' if route.local else 'blackhole'} {where}"
    ways = " ".join(f"[{hop.weight}: {_encap(hop.encap)}]" for hop in route.next_hops)
    return f"{where} {ways or _encap(route.encap)}{via}{mtu}"


def _encap(encap: Seg6 | Seg6Local | None) -> str:
    if encap is None:
        return "plain"
    segments = ", ".join(str(one) for one in encap.segments)
    if isinstance(encap, Seg6):
        return f"{encap.mode} {segments}"
    words = [encap.action, *sorted(encap.flavors)]
    if encap.next_hop is not None:
        words.append(str(encap.next_hop))
    if encap.table is not None:
        words.append(f"table {encap.table}")
    return " ".join([*words, segments]).rstrip()
