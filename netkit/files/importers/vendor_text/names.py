"""Who is who in texts that call systems by their host names, in neighbours too.

A name stands for the system whose LSPs state it. Where two state the same one, nothing in such a
text tells which of them a neighbour is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from netkit.errors import InputError
from netkit.files.importers.link_state.records import SYSTEM_ID, Database, Lsp


def resolve(database: Database, file: str, by_number: str | None) -> None:
    """Give LSPs and neighbours one id each, in place.

    Raises:
        InputError: two systems have one name.
    """
    for lsps in database.levels.values():
        shared = _shared(lsps)
        if shared:
            raise InputError.single(
                "two routers have one host name", file=file, value=" ".join(sorted(shared)[:5]),
                remedy=None if by_number is None else f"`{by_number}` prints system ids",
            )  # fmt: skip
        ids = _ids(lsps)
        for lsp in lsps:
            lsp.by_id = True
            for record in lsp.srlgs:
                record.system = _id(record.system, ids)
            for reach in lsp.reaches:
                reach.system = _id(reach.system, ids)
                if reach.lan_sids is not None:
                    reach.lan_sids = {_id(to, ids): sids for to, sids in reach.lan_sids.items()}


def _shared(lsps: Sequence[Lsp]) -> set[str]:
    """Names of two systems: one LSP id twice in one list, names that only case tells apart, and one
    host name under two system ids."""
    found: set[str] = set()
    seen: set[tuple[int, str, str, int]] = set()
    spelled: dict[str, str] = {}
    for lsp in lsps:
        name = lsp.name.lower() if SYSTEM_ID.fullmatch(lsp.name) else lsp.name
        key = lsp.printout, name, lsp.circuit, lsp.fragment
        if key in seen or spelled.setdefault(name.lower(), name) != name:
            found.add(lsp.name)
        seen.add(key)
    holders: dict[str, set[str]] = defaultdict(set)
    for lsp in lsps:
        if lsp.hostname and lsp.alive:
            holders[lsp.hostname].add(lsp.name)
    called = {reach.system for lsp in lsps for reach in lsp.reaches}
    return found | {
        name for name, names in holders.items() if len(names) > 1 and name in called
    }  # fmt: skip


def _ids(lsps: Sequence[Lsp]) -> dict[str, str]:
    """Systems that are printed by id, by their host names."""
    return {
        lsp.hostname: lsp.name.lower()
        for lsp in lsps
        if lsp.hostname and SYSTEM_ID.fullmatch(lsp.name)
    }


def _id(word: str, ids: dict[str, str]) -> str:
    return ids.get(word, word.lower())
