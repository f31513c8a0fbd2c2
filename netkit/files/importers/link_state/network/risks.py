"""Shared risks that routers state apart from the adjacencies that run them (RFC 5307 §1.4, RFC 6119
§4.4), laid on these."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Address

from netkit.errors import counted_of
from netkit.files.importers.link_state.network.identity import System
from netkit.files.importers.link_state.records import Reach, SrlgRecord
from netkit.files.reading.findings import Findings


def lay_risks(findings: Findings, routers: Mapping[str, System]) -> None:
    """Lay every risk on its adjacency, those of a port on a LAN on all that leaves over it.

    Where nothing tells which of several parallel adjacencies is meant, all of them have it, so that
    no two of them are taken for disjoint. A risk of no adjacency that is there is noted.
    """
    lost: list[str] = []
    unclear: list[str] = []
    for id_, system in routers.items():
        far: dict[tuple[str, str], list[Reach]] = defaultdict(list)
        for reach in system.reaches():
            far[reach.system, reach.circuit].append(reach)
        for record in system.srlgs:
            reaches = far[record.system, record.circuit]
            told, found = _meant(record, reaches)
            for reach in found:
                reach.traffic.srlgs |= record.values
            where = f"{routers[id_].name} to {_name(routers, record)}"
            if not found:
                lost.append(f"{where}: {' '.join(sorted(record.values))}")
            elif not told and max(Counter(reach.topology for reach in found).values()) > 1:
                unclear.append(where)
    if lost:
        what = "lists of shared risks of no adjacency that is there"
        findings.note(None, counted_of(len(lost), what), lost[0])
    if unclear:
        what = "lists of shared risks without an address of one of several adjacencies"
        note = counted_of(len(unclear), what)
        findings.note(None, note, unclear[0], remedy="All of them have these risks")


def _name(routers: Mapping[str, System], record: SrlgRecord) -> str:
    known = routers.get(record.system)
    return record.system if known is None else known.name


def _meant(record: SrlgRecord, reaches: list[Reach]) -> tuple[bool, list[Reach]]:
    """Whether an address tells which adjacency it is, and that in each topology; else all that it
    may be."""
    near = record.ends[0]
    told = [reach for reach in reaches if near is not None and near in _near(reach)]
    return bool(told), told or [reach for reach in reaches if not _elsewhere(near, reach)]


def _near(reach: Reach) -> tuple[str | None, ...]:
    """What the near end may be called; FRR prints link ids of unnumbered ones as addresses."""
    number = reach.ids[0]
    return (reach.ipv4[0], reach.ipv6[0], number, _as_address(number))


def _as_address(link_id: str | None) -> str | None:
    try:
        return None if link_id is None else str(IPv4Address(int(link_id)))
    except (AddressValueError, ValueError):
        return None


def _elsewhere(near: str | None, reach: Reach) -> bool:
    """Does the adjacency say something else of the same kind?"""
    if near is None:
        return False
    ends = reach.ipv6 if ":" in near else reach.ipv4 if "." in near else reach.ids
    return ends[0] not in (None, near)
