"""What really happened to each probe: which links it crossed, and how long each held it.

The truth file is one JSON line that names the cables, then the records of
:mod:`netkit.lab.truth.probe_key`. From the wire they are traversals: a link holds a probe from its
kernel arrival at the near end to its kernel arrival at the next link; the last link holds it until
its release. From the kernel they are crossings: a link holds a probe from its near end to its far
end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from netkit.errors import InputError, LabError
from netkit.lab.blueprint import Blueprint
from netkit.lab.truth.copies import one_copy
from netkit.lab.truth.crossings import Seen, Traversal, asked_ns, pair_crossings
from netkit.lab.truth.probe_key import LOST, RECORD, ProbeKey, decode_key
from netkit.model.network.fabrics import Fabric
from netkit.model.srv6.segment_list import Certificate

FORMAT = "netkit-truth/1"


@dataclass(frozen=True, slots=True)
class Hop:
    """One link that a probe entered at ``headend``; times in ns since 1970.

    ``release_ns`` and ``held_ns`` are None where the link lost it; ``asked_ns`` is how long it was
    to be held, None where that is not recorded.
    """

    link: str
    headend: str
    tail: str
    arrival_ns: int
    release_ns: int | None
    held_ns: int | None
    asked_ns: int | None = None


@dataclass(frozen=True, slots=True)
class ProbeTruth:
    """All links that one probe crossed, in order; ``doubled``: a link sent it more than once, and
    these are those of one copy."""

    key: ProbeKey
    hops: tuple[Hop, ...]
    doubled: bool = False

    @property
    def held_ns(self) -> int | None:
        """How long the links held it, together; None if one of them lost it."""
        held = [hop.held_ns for hop in self.hops]
        return None if None in held else sum(value for value in held if value is not None)

    @property
    def carried_ns(self) -> int | None:
        """From when it entered its first link until it left its last one: what the links held it,
        and what the routers between them took. None if it crossed none, or one lost it."""
        left = self.hops[-1].release_ns if self.hops and self.held_ns is not None else None
        return None if left is None else left - self.hops[0].arrival_ns

    def may_be_on_its_way_to(self, router: str) -> bool:
        """Whether no link lost it, and none that leads to that router has let go of it."""
        return self.lost_on is None and not (self.hops and self.hops[-1].tail == router)

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


class Records(StrEnum):
    """What a record is about.

    A traversal is a cable end that a probe entered, with its release; a crossing the same in two
    records, one at each end of the cable.
    """

    TRAVERSALS = "traversals"
    CROSSINGS = "crossings"


@dataclass(frozen=True)
class CableTable:
    """The cables by number, and the members of each fabric in file order."""

    cables: tuple[CableRef, ...]
    members: Mapping[str, tuple[str, ...]]
    records: Records = Records.TRAVERSALS

    @classmethod
    def of(cls, blueprint: Blueprint, records: Records = Records.TRAVERSALS) -> CableTable:
        """The table of a lab."""
        cables = (CableRef(c.id, c.a.node, c.b.node, c.fabric) for c in blueprint.cables)
        members = {f.id: blueprint.fabric_members(f) for f in blueprint.fabrics}
        return cls(tuple(cables), members, records)

    def to_header(self) -> bytes:
        """The first line of a truth file."""
        document = {
            "format": FORMAT,
            "records": self.records,
            "cables": self.cables,
            "members": self.members,
        }
        return json.dumps(document, ensure_ascii=False).encode() + b"\n"

    @classmethod
    def from_header(cls, line: bytes, file: str) -> CableTable:
        """Read the first line of a truth file; InputError if it is none."""
        try:
            document = json.loads(line)
            known = document["format"] == FORMAT
            table = cls(
                tuple(CableRef(*cable) for cable in document["cables"]),
                {id_: tuple(names) for id_, names in document["members"].items()},
                Records(document["records"]),
            )
        except (ValueError, KeyError, TypeError):
            known = False
        if not known:
            expected = f"a first line with format {FORMAT}"
            raise InputError.single("not a truth file", file=file, line=1, expected=expected)
        return table

    def side(self, end: int) -> tuple[CableRef, bool]:
        """The cable of an end, and whether the end is that of ``a``."""
        return self.cables[end // 2], end % 2 == 0

    def way(self, end: int) -> tuple[str, str]:
        """The node that enters a cable at that end, and the one that it leaves towards."""
        cable, from_a = self.side(end)
        return (cable.a, cable.b) if from_a else (cable.b, cable.a)


def read_truth(path: Path) -> dict[ProbeKey, ProbeTruth]:
    """The truth of every probe in a truth file, by its key."""
    header, newline, records = path.read_bytes().partition(b"\n")
    table = CableTable.from_header(header + newline, str(path))
    return parse_truth(table, records)


def parse_truth(
    table: CableTable, records: bytes, now_ns: int | None = None
) -> dict[ProbeKey, ProbeTruth]:
    """The truth of every probe in ``records``; a last record that is cut short is left out.

    ``now_ns`` is the time of a lab that still runs.
    """
    seen: dict[bytes, list[Seen]] = {}
    whole = len(records) - len(records) % RECORD.size
    for *times, key in RECORD.iter_unpack(memoryview(records)[:whole]):
        seen.setdefault(bytes(key), []).append(Seen(*times))
    found = {}
    for raw, of_one in seen.items():
        key = decode_key(raw)
        found[key] = _read_probe(table, key, of_one, now_ns)
    return found


def _read_probe(
    table: CableTable, key: ProbeKey, seen: Iterable[Seen], now_ns: int | None
) -> ProbeTruth:
    if table.records is Records.CROSSINGS:
        traversals = list(pair_crossings(seen, now_ns))
    else:
        traversals = [
            Traversal(t.arrival_ns, t.end, None if t.flags & LOST else t.release_ns, asked_ns(t))
            for t in seen
        ]
    traversals.sort(key=lambda one: (one.arrival_ns, one.end))
    crossed, doubled = one_copy(traversals, table.way)
    return ProbeTruth(key, hops_of(table, crossed), doubled)


def hops_of(table: CableTable, traversals: Sequence[Traversal]) -> tuple[Hop, ...]:
    """The links behind the cables that a probe crossed, in order of arrival."""
    bare: list[tuple[str, str, str, int, int | None, int | None]] = []
    rest = list(traversals)
    while rest:
        first = rest.pop(0)
        cable, from_a = table.side(first.end)
        headend, tail = table.way(first.end)
        if cable.fabric is None:
            arrival_ns, _, release_ns, asked = first
            bare.append((cable.id, headend, tail, arrival_ns, release_ns, asked))
        elif from_a and rest and table.side(rest[0].end)[0].fabric == cable.fabric:
            second = rest.pop(0)
            tail = table.side(second.end)[0].a
            link = _fabric_link(table, cable.fabric, headend, tail)
            asked = _sum(first.asked_ns, second.asked_ns)
            bare.append((link, headend, tail, first.arrival_ns, second.release_ns, asked))
        else:
            bare.append((cable.id, headend, tail, first.arrival_ns, None, first.asked_ns))
    following: list[int | None] = [None] * len(bare)
    if table.records is Records.TRAVERSALS:
        following[:-1] = [arrival for *_, arrival, _, _ in bare[1:]]
    return tuple(
        Hop(link, headend, tail, arrival, release, _held(arrival, release, then), asked)
        for (link, headend, tail, arrival, release, asked), then in zip(
            bare, following, strict=True
        )
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


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _fabric_link(table: CableTable, fabric: str, one: str, other: str) -> str:
    members = table.members[fabric]
    if one not in members or other not in members:
        raise LabError(f"truth file: {one} or {other} is no member of {fabric}")
    a, b = sorted((one, other), key=members.index)
    return Fabric(fabric, ()).link_id(a, b)
