"""Who is who: systems by their id, though their LSPs are printed under host names.

Routers print LSP ids with host names, FRR and others cut to 14 characters, and neighbours by system
id. A system is told by its id; its name is the whole one of its ``hostname`` TLV.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from netkit.files.importers.link_state.records import ROUTER, SYSTEM_ID, Lsp, Reach, SrlgRecord


@dataclass
class System:
    """The LSPs of one system: its own, and those of the LANs that it speaks for, by circuit."""

    printed: str
    id: str | None = None
    lsps: dict[tuple[str, int], Lsp] = field(default_factory=dict)
    disputed: bool = False
    """Whether an LSP of it was there twice, under one number and not the same."""

    @property
    def first(self) -> Lsp | None:
        """The LSP without which the others count for nothing (ISO 10589, 7.2.5)."""
        return self.lsps.get((ROUTER, 0))

    def reaches(self, circuit: str = ROUTER) -> list[Reach]:
        """The neighbours of the router, or of one of its LANs."""
        if (circuit, 0) not in self.lsps:
            return []
        return [
            reach for (of, _), lsp in self.lsps.items() if of == circuit for reach in lsp.reaches
        ]

    @property
    def own(self) -> list[Lsp]:
        """The LSPs of the router itself, the first one first."""
        return [lsp for (circuit, _), lsp in sorted(self.lsps.items()) if circuit == ROUTER]

    @property
    def name(self) -> str:
        """The whole host name; where none is advertised, what is printed."""
        names = (lsp.hostname for lsp in self.own if lsp.hostname)
        return next(names, None) or self.printed

    @property
    def srlgs(self) -> list[SrlgRecord]:
        """The risks that it states of its adjacencies."""
        return [record for lsp in self.own for record in lsp.srlgs]

    @property
    def circuits(self) -> set[str]:
        """The LANs that it speaks for."""
        return {circuit for circuit, _ in self.lsps if circuit != ROUTER}


def systems_of(lsps: Iterable[Lsp]) -> list[System]:
    """LSPs put together; dead ones count for nothing.

    Those of two routers whose names are cut alike come one router after the other, in the order of
    system ids, as databases are kept; so a second LSP of one number begins another router.
    """
    found: list[System] = []
    current: dict[str, System] = {}
    for lsp in lsps:
        by_id = lsp.by_id or SYSTEM_ID.fullmatch(lsp.name) is not None
        key = lsp.name.lower() if by_id else lsp.name
        system, place = current.get(key), (lsp.circuit, lsp.fragment)
        held = None if system is None else system.lsps.get(place)
        if system is None or (held is not None and not by_id and not _again(held, lsp)):
            system = current[key] = System(lsp.name, key if by_id else None)
            found.append(system)
        if held is None or system.lsps.get(place) is None or _newer(lsp, held):
            system.lsps[place] = lsp
        elif _number(lsp) == _number(held) and lsp.checksum != held.checksum and lsp.alive:
            system.disputed = True
    for system in found:
        system.lsps = {place: lsp for place, lsp in system.lsps.items() if lsp.alive}
    return [system for system in found if system.first is not None or system.circuits]


def _again(held: Lsp, lsp: Lsp) -> bool:
    """Whether it is the LSP of the same router, printed once more."""
    return held.printout != lsp.printout and held.hostname == lsp.hostname


def _newer(lsp: Lsp, held: Lsp) -> bool:
    """By its number; of one number that which was purged (ISO 10589, 7.3.16)."""
    return (_number(lsp), not lsp.alive) > (_number(held), not held.alive)


def _number(lsp: Lsp) -> int:
    try:
        return int(lsp.sequence or "0", 0)
    except ValueError:
        return 0


def identify_by_evidence(systems: Sequence[System], unknown: Sequence[System]) -> None:
    """Ids that addresses at both ends of a link, or the numbers of LANs, tell, where all that do
    agree. O(adjacencies)."""
    ends = _ends(systems)
    lans = _lans(systems)
    votes: dict[int, set[str]] = defaultdict(set)
    for system in systems:
        for reach in system.reaches():
            for other in ends.get(_reverse(reach.ipv4), ()) or ends.get(_reverse(reach.ipv6), ()):
                if other is not system:
                    votes[id(other)].add(reach.system)
    speakers: dict[str, list[System]] = defaultdict(list)
    for system in systems:
        for circuit in system.circuits:
            speakers[circuit].append(system)
    for circuit, ids in lans.items():
        if len(ids) == 1 and len(speakers[circuit]) == 1:
            votes[id(speakers[circuit][0])] |= ids
    claimed: dict[str, int] = defaultdict(int)
    for ids in votes.values():
        for id_ in ids:
            claimed[id_] += 1
    for system in unknown:
        ids = votes.get(id(system), set())
        if len(ids) == 1 and claimed[next(iter(ids))] == 1:
            system.id = next(iter(ids))


def _ends(systems: Sequence[System]) -> Mapping[tuple[str, str], list[System]]:
    """Who lists a link of these two addresses, the own one first."""
    found: dict[tuple[str, str], list[System]] = defaultdict(list)
    for system in systems:
        for reach in system.reaches():
            for near, far in (reach.ipv4, reach.ipv6):
                if near is not None and far is not None:
                    found[near, far].append(system)
    return found


def _reverse(ends: tuple[str | None, str | None]) -> tuple[str, str]:
    return (ends[1] or "", ends[0] or "")


def _lans(systems: Sequence[System]) -> Mapping[str, set[str]]:
    """The systems that speak for a LAN, by the number of its circuit."""
    found: dict[str, set[str]] = defaultdict(set)
    for system in systems:
        for reach in system.reaches():
            if reach.circuit != ROUTER:
                found[reach.circuit].add(reach.system)
    return found
