"""System ids by the order of a database, which routers keep by system id.

Between two systems whose ids are known stand those whose ids lie between. Where as many of them are
listed by neighbours as stand there, they are these, one by one; and every neighbour of theirs must
list them back, or the order is none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from netkit.files.importers.link_state.network.identity import System
from netkit.files.importers.link_state.records import ROUTER

_Gap = tuple[list[System], list[str]]


def identify_by_order(systems: Sequence[System], listed: Collection[str]) -> None:
    """Give ids of ``listed``, which nobody has yet, to systems without one.

    A system that nobody lists keeps the name that is printed: no link is of it. O(n log n).
    """
    given: list[tuple[_Gap, list[System]]] = []
    for gap in _gaps(systems, sorted(listed)):
        unknown, ids = gap
        speaking = [one for one in unknown if any(lsp.reaches for lsp in one.lsps.values())]
        groups: tuple[list[System], ...] = (unknown, speaking, [])
        named = next((group for group in groups if len(group) == len(ids)), None)
        if named is None:
            continue
        for system, id_ in zip(named, ids, strict=True):
            system.id = id_
        for system in unknown:
            system.id = system.id or system.printed
        given.append((gap, named))
    doubtful = _not_listed_back(systems, {system.id for _, named in given for system in named})
    for (unknown, _), named in given:
        if not doubtful.isdisjoint(system.id for system in named):
            for system in unknown:
                system.id = None


def _gaps(systems: Sequence[System], free: list[str]) -> Iterator[_Gap]:
    """Systems without an id between two that have one, and the free ids between those; all of them
    at once where the order is another."""
    known = [system.id for system in systems if system.id is not None]
    ordered = known == sorted(known)
    unknown: list[System] = []
    ids = iter([*free, None])
    first = next(ids)
    for system in systems:
        if system.id is None:
            unknown.append(system)
        elif ordered:
            between = []
            while first is not None and first < system.id:
                between.append(first)
                first = next(ids)
            if unknown:
                yield unknown, between
                unknown = []
    rest = [] if first is None else [first, *(id_ for id_ in ids if id_ is not None)]
    if unknown:
        yield unknown, rest


def _not_listed_back(systems: Sequence[System], asked: Collection[str | None]) -> set[str | None]:
    """Those of ``asked`` that are their own neighbour, or that and a neighbour do not both list
    each other, LANs as well."""
    lists = {
        (system.id, circuit): {(reach.system, reach.circuit) for reach in system.reaches(circuit)}
        for system in systems
        for circuit in (ROUTER, *system.circuits)
    }
    return {
        end
        for (id_, circuit), others in lists.items()
        for other in others
        if (id_, circuit) == other or (other in lists and (id_, circuit) not in lists[other])
        for end in (id_, other[0])
        if end in asked
    }
