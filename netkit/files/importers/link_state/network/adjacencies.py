"""The adjacencies that SPF goes by: of one topology, between routers, over LANs from each router on
one to each other (ISO 10589 §7.2.8, RFC 5120)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from netkit.files.importers.link_state.network.arcs import StateArc
from netkit.files.importers.link_state.network.identity import System
from netkit.files.importers.link_state.records import ROUTER, Pair, Reach


def adjacencies_of(
    by_id: Mapping[str, System],
    routers: Mapping[str, System],
    topology: int,
    deaf: Collection[str],
    left_out: Counter[str],
) -> Iterator[StateArc]:
    """Adjacencies between ``routers``, none from or to the ``deaf``; ``by_id`` also has systems
    that only speak for LANs. What SPF does not use is counted in ``left_out``."""
    for id_, system in routers.items():
        for reach in _of_topology(system.reaches(), topology, left_out):
            if id_ in deaf or reach.system in deaf:
                left_out["adjacencies of routers without IPv6"] += 1
            elif reach.circuit != ROUTER:
                yield from _over_lan(id_, reach, by_id, routers, topology, left_out)
            elif reach.system not in routers:
                left_out["adjacencies to systems that are not in the database"] += 1
            elif reach.system != id_:
                yield _arc(id_, reach.system, reach)


def _of_topology(
    reaches: Sequence[Reach], topology: int, left_out: Counter[str]
) -> Iterator[Reach]:
    """Those of one topology; narrow metrics only where there are no wide ones."""
    wide = any(not reach.narrow for reach in reaches if reach.topology == topology)
    for reach in reaches:
        if reach.topology != topology:
            left_out["adjacencies of other topologies"] += 1
        elif reach.narrow and wide:
            continue  # The same neighbours once more (RFC 5305 §5, transition).
        else:
            yield reach


def _over_lan(
    id_: str,
    reach: Reach,
    by_id: Mapping[str, System],
    routers: Mapping[str, System],
    topology: int,
    left_out: Counter[str],
) -> Iterator[StateArc]:
    """A LAN costs what it costs to get onto it, and nothing to leave it (ISO 10589, 7.2.8)."""
    speaker = by_id.get(reach.system)
    members = [] if speaker is None else speaker.reaches(reach.circuit)
    on_it = {member.system for member in members if member.circuit == ROUTER}
    if id_ not in on_it:
        left_out["adjacencies to LANs that do not list the router"] += 1
        return
    lan = f"{reach.system}.{reach.circuit}"
    for other in sorted(on_it - {id_}):
        if other in routers and _lists(routers[other], reach, topology):
            arc = _arc(id_, other, reach)
            arc.lan, arc.sids = lan, (reach.lan_sids or {}).get(other, ())
            arc.ipv4, arc.ipv6, arc.ids = (
                (near, None) for near, _ in (arc.ipv4, arc.ipv6, arc.ids)
            )
            yield arc


def _lists(system: System, lan: Reach, topology: int) -> bool:
    return any(
        (reach.system, reach.circuit, reach.topology) == (lan.system, lan.circuit, topology)
        for reach in system.reaches()
    )


def _arc(src: str, dst: str, reach: Reach) -> StateArc:
    ipv4, ipv6 = _only(reach.ipv4, six=False), _only(reach.ipv6, six=True)
    return StateArc(src, dst, reach.metric, ipv4, ipv6, reach.ids, reach.traffic, reach.sids)


def _only(ends: Pair, *, six: bool) -> Pair:
    """The addresses of one family: what stands in the place of the other is none."""
    near, far = ends
    return (
        near if near is None or (":" in near) == six else None,
        far if far is None or (":" in far) == six else None,
    )
