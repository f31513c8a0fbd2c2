"""What really happened to each probe: which links it crossed, and how long each held it.

The truth file is one JSON line that names the cables, then the records of
:mod:`netkit.lab.sighting`. A link holds a probe from its kernel arrival at the near end to its
kernel arrival at the next link; the last link holds it until its release.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from netkit.errors import InputError, LabError
from netkit.lab.blueprint import Blueprint
from netkit.lab.sighting import LOST, RECORD, ProbeKey, decode_key
from netkit.model.plan import Certificate
from netkit.model.topology import Fabric

FORMAT = "netkit-truth/1"


@dataclass(frozen=True, slots=True)
class Hop:
    """One link that a probe entered at ``headend``; times in ns since 1970.

    ``release_ns`` and ``held_ns`` are None where the link lost it.
    """

    link: str
    headend: str
    tail: str
    arrival_ns: int
    release_ns: int | None
    held_ns: int | None


@dataclass(frozen=True, slots=True)
class ProbeTruth:
    """All links that one probe crossed, in order."""

    key: ProbeKey
    hops: tuple[Hop, ...]

    @property
    def held_ns(self) -> int | None:
        """How long the links held it, together; None if one of them lost it."""
        held = [hop.held_ns for hop in self.hops]
        return None if None in held else sum(value for value in held if value is not None)

    @property
    def in_cables_ns(self) -> int | None:
        """The pure sum of release minus arrival, without what routers between the links took."""
        if any(hop.release_ns is None for hop in self.hops):
            return None
        return sum((hop.release_ns or 0) - hop.arrival_ns for hop in self.hops)

    @property
    def lost_on(self) -> str | None:
        """The link that lost it, if the lab did."""
        return next((hop.link for hop in self.hops if hop.release_ns is None), None)


class CableRef(NamedTuple):
    """A cable by its ends; ``fabric`` marks the leg of ``a`` to that exchange centre."""

    id: str
    a: str
    b: str
    fabric: str | None


class Traversal(NamedTuple):
    """One record: a probe entered cable end ``end``; sorts by arrival."""

    arrival_ns: int
    end: int
    release_ns: int | None


@dataclass(frozen=True)
class CableTable:
    """The cables by number, and the members of each fabric in file order."""

    cables: tuple[CableRef, ...]
    members: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, blueprint: Blueprint) -> CableTable:
        """The table of a lab."""
        cables = (CableRef(c.id, c.a.node, c.b.node, c.fabric) for c in blueprint.cables)
        members = {f.id: blueprint.fabric_members(f) for f in blueprint.fabrics}
        return cls(tuple(cables), members)

    def to_header(self) -> bytes:
        """The first line of a truth file."""
        document = {"format": FORMAT, "cables": self.cables, "members": self.members}
        return json.dumps(document, ensure_ascii=False).encode() + b"\n"

    @classmethod
    def from_header(cls, line: bytes, file: str) -> CableTable:
        """Read the first line of a truth file; InputError if it is none."""
        try:
            document = json.loads(line)
            if document["format"] != FORMAT:
                raise InputError.single("truth format", file=file, value=document["format"],
                                        expected=FORMAT)  # fmt: skip
            cables = tuple(CableRef(*cable) for cable in document["cables"])
            return cls(cables, {id_: tuple(names) for id_, names in document["members"].items()})
        except (ValueError, KeyError, TypeError) as error:
            raise InputError.single(
                "not a truth file", file=file, line=1, expected=f"a header with format {FORMAT}"
            ) from error

    def side(self, end: int) -> tuple[CableRef, bool]:
        """The cable of an end, and whether the end is that of ``a``."""
        return self.cables[end // 2], end % 2 == 0


def read_truth(path: Path) -> dict[ProbeKey, ProbeTruth]:
    """The truth of every probe in a truth file, by its key."""
    header, newline, records = path.read_bytes().partition(b"\n")
    table = CableTable.from_header(header + newline, str(path))
    return parse_truth(table, records)


def parse_truth(table: CableTable, records: bytes) -> dict[ProbeKey, ProbeTruth]:
    """The truth of every probe in ``records``; a last record that is cut short is left out."""
    seen: dict[bytes, list[Traversal]] = {}
    whole = len(records) - len(records) % RECORD.size
    for end, flags, arrival, _, release, key in RECORD.iter_unpack(memoryview(records)[:whole]):
        traversal = Traversal(arrival, end, None if flags & LOST else release)
        seen.setdefault(bytes(key), []).append(traversal)
    found = {}
    for raw, traversals in seen.items():
        key = decode_key(raw)
        found[key] = ProbeTruth(key, hops_of(table, sorted(traversals)))
    return found


def hops_of(table: CableTable, traversals: Sequence[Traversal]) -> tuple[Hop, ...]:
    """The links behind the cables that a probe crossed, in order of arrival."""
    bare: list[tuple[str, str, str, int, int | None]] = []
    rest = list(traversals)
    while rest:
        first = rest.pop(0)
        cable, from_a = table.side(first.end)
        headend, tail = (cable.a, cable.b) if from_a else (cable.b, cable.a)
        if cable.fabric is None:
            bare.append((cable.id, headend, tail, first.arrival_ns, first.release_ns))
        elif from_a and rest and table.side(rest[0].end)[0].fabric == cable.fabric:
            second = rest.pop(0)
            tail = table.side(second.end)[0].a
            link = _fabric_link(table, cable.fabric, headend, tail)
            bare.append((link, headend, tail, first.arrival_ns, second.release_ns))
        else:
            bare.append((cable.id, headend, tail, first.arrival_ns, None))
    following = [arrival for *_, arrival, _ in bare[1:]] + [None]
    return tuple(
        Hop(link, headend, tail, arrival, release, _held(arrival, release, then))
        for (link, headend, tail, arrival, release), then in zip(bare, following, strict=True)
    )


def path_is_certified(hops: Iterable[Hop], certificate: Certificate, src: str, dst: str) -> bool:
    """Whether the hops are a connected walk from ``src`` to ``dst`` over certified links only."""
    allowed = set(certificate.links)
    at = src
    for hop in hops:
        if hop.headend != at or (hop.link, hop.headend) not in allowed or hop.release_ns is None:
            return False
        at = hop.tail
    return at == dst


def _held(arrival_ns: int, release_ns: int | None, next_arrival_ns: int | None) -> int | None:
    if release_ns is None:
        return None
    return (release_ns if next_arrival_ns is None else next_arrival_ns) - arrival_ns


def _fabric_link(table: CableTable, fabric: str, one: str, other: str) -> str:
    members = table.members[fabric]
    if one not in members or other not in members:
        raise LabError(f"truth file: {one} or {other} is no member of {fabric}")
    a, b = sorted((one, other), key=members.index)
    return Fabric(fabric, ()).link_id(a, b)
