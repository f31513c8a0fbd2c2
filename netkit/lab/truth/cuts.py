"""From link ids to what the wire must lose."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from netkit.errors import InputError, Problem
from netkit.lab.blueprint import Blueprint, Cable
from netkit.model.network.topology import Topology

CableCut = tuple[int, str | None]
"""A cable end by number, and the MAC address to whom frames are lost; None for everyone."""


def cuts_for(blueprint: Blueprint, link_ids: Collection[str]) -> list[CableCut]:
    """Both directions of each link, of each leg ``fabric:member``, or of all legs of a fabric.

    A link that a fabric makes between two members is cut by the far member's MAC address: their
    other traffic over the fabric goes on.

    Raises:
        InputError: ids that name nothing here, all of them.
    """
    index = {cable.id: number for number, cable in enumerate(blueprint.cables)}
    found: list[CableCut] = []
    problems = []
    for id_ in sorted(link_ids):
        cuts = list(_cut(blueprint, index, link_id(blueprint.topology, id_)))
        if not cuts:
            problems.append(
                Problem("cut", None, "no such link", id_, "the id of a link, leg or fabric")
            )
        found.extend(cuts)
    if problems:
        raise InputError(problems)
    return found


def link_id(topology: Topology, name: str) -> str:
    """The id of the link that has this name, be it that of one direction; a name that is no link's
    stays as it is."""
    link = topology.link_named.get(name)
    return name if link is None else link.id


def links_of_srlg(topology: Topology, srlg: str) -> tuple[str, ...]:
    """The ids of all links that share a risk.

    Raises:
        InputError: no link has it.
    """
    found = tuple(link.id for link in topology.all_links if srlg in link.srlgs)
    if not found:
        known = sorted({name for link in topology.all_links for name in link.srlgs})
        raise InputError.single("no link has this SRLG", value=srlg, expected=", ".join(known))
    return found


def _cut(blueprint: Blueprint, index: dict[str, int], id_: str) -> Iterator[CableCut]:
    if id_ in index:
        yield (2 * index[id_], None)
        yield (2 * index[id_] + 1, None)
        return
    legs = [cable for cable in blueprint.cables if cable.fabric == id_]
    for leg in legs:
        yield from _cut(blueprint, index, leg.id)
    link = blueprint.topology.link.get(id_)
    if not legs and link is not None and link.fabric is not None:
        a, b = (blueprint.cables[index[f"{link.fabric}:{node}"]] for node in (link.a, link.b))
        yield _towards(index[a.id], b)
        yield _towards(index[b.id], a)


def _towards(cable: int, far: Cable) -> CableCut:
    mac = far.a.mac or ""
    return (2 * cable, mac.replace(":", ""))
