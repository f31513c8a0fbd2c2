"""Pairs as columns of numbers: what the page holds of ten thousand pairs, and no name twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from netkit.model.verdict import Verdict
from netkit.report.html.pages.interned import Interned
from netkit.report.html.pages.pairs import Pair, Way, microseconds
from netkit.report.html.pages.sources import Plain
from netkit.report.html.pages.texts import sentence_of

VERDICTS = tuple(Verdict)
"""A verdict's number in a column is its place here."""

Columns = dict[str, list[object]]
LinkEnds = tuple[str, int, int]
"""A link's id and the numbers of the names of its ends, in the direction it is crossed."""


class PairColumns:
    """Collects the columns of all pairs; ``names``, ``links``, ``sids`` and ``reasons`` are what
    their numbers lead into."""

    def __init__(self) -> None:
        """Hold no pair yet."""
        self.names: Interned[str] = Interned()
        self.tiers: Interned[str] = Interned()
        self.flows: Interned[str] = Interned()
        self.links: Interned[LinkEnds] = Interned()
        self.sids: Interned[tuple[str, str]] = Interned()
        self.reasons: Interned[str] = Interned()

    def packed(self, pairs: Sequence[Pair]) -> Columns:
        """The columns; one that says nothing of any pair is left out. O(pairs)."""
        columns: Columns = {
            "src": [self.names.number(pair.there.src) for pair in pairs],
            "dst": [self.names.number(pair.there.dst) for pair in pairs],
            "tier": [self.tiers.optional(pair.tier) for pair in pairs],
            "bound": [pair.bound_us for pair in pairs],
            "floor": [pair.floor_us for pair in pairs],
            "verdict": [VERDICTS.index(pair.verdict) for pair in pairs],
            "unsure": [microseconds(_of(pair.measured, "uncertainty_ms")) for pair in pairs],
            "attempts": [_of(pair.measured, "attempts") for pair in pairs],
            "proven": [_of(pair.measured, "path_proven") for pair in pairs],
            "flow": [self.flows.optional(pair.flow) for pair in pairs],
        }
        for letter, ways in (
            ("t", [pair.there for pair in pairs]), ("b", [pair.back for pair in pairs]),
        ):  # fmt: skip
            for name, value in self._of_a_way().items():
                columns[f"{letter}_{name}"] = [None if way is None else value(way) for way in ways]
        return {key: held for key, held in columns.items() if any(v is not None for v in held)}

    def _of_a_way(self) -> dict[str, Callable[[Way], object]]:
        return {
            "verdict": lambda way: None if way.verdict is None else VERDICTS.index(way.verdict),
            "plan": lambda way: microseconds(way.planned("guaranteed_ms", "planned_owd_ms")),
            "best": lambda way: microseconds(_best_ms(way)),
            "igp": lambda way: microseconds(_within(way.plan, "unsteered", "guaranteed_ms")),
            "reach": lambda way: microseconds(_within(way.plan, "reason", "best_ms")),
            "links": lambda way: self._links(way.plan),
            "sids": lambda way: self._sids(way.planned("sids", "segment_list"),
                                           way.planned("sid_names", "segment_names")),
            "why": lambda way: self.reasons.optional(_reason(way)),
            "backup": lambda way: microseconds(_backup_ms(way)),
            "backup_links": lambda way: self._links(_of(way.plan, "backup")),
            "backup_sids": self._backup_sids,
            "backup_why": lambda way: self.reasons.optional(_no_backup(way)),
            "min": _measured("min_ms"),
            "p50": _measured("p50_ms"),
            "p99": _measured("p99_ms"),
            "least": _measured("judged_least_ms"),
            "most": _measured("judged_most_ms"),
            "long_p99": _measured("long_p99_ms"),
            "sent": lambda way: _of(way.measured, "sent"),
            "lost": lambda way: _of(way.measured, "lost"),
            "branch": _measured("branch_ms"),
            "truth": _measured("truth_p50_ms"),
            "off": lambda way: _nanoseconds(_of(way.measured, "stamp_error_p50_ms")),
            "spread": _spread,
        }  # fmt: skip

    def _links(self, path: Plain) -> list[int] | None:
        if path is None or path.get("links") is None:
            return None
        nodes = [self.names.number(name) for name in path["nodes"]]
        hops = zip(path["links"], nodes, nodes[1:], strict=False)
        return [self.links.number(hop) for hop in hops]

    def _sids(self, addresses: Plain, names: Plain) -> list[int] | None:
        if addresses is None:
            return None
        return self.sids.numbers(zip(addresses, names, strict=True))

    def _backup_sids(self, way: Way) -> list[int] | None:
        backup = way.planned("backup", "backup")
        if backup is None:
            return None
        full = way.plan is not None
        return self._sids(
            backup["sids" if full else "segment_list"],
            backup["sid_names" if full else "segment_names"],
        )


def _measured(field: str) -> Callable[[Way], int | None]:
    return lambda way: microseconds(_of(way.measured, field))


def _nanoseconds(value_ms: float | None) -> int | None:
    return None if value_ms is None else round(value_ms * 1_000_000)


def _spread(way: Way) -> list[int] | None:
    """The least delay in µs, and by how much each of the next is more: short numbers."""
    delays_ms = _of(way.measured, "distribution_ms")
    if delays_ms is None:
        return None
    delays_us = [round(delay * 1000) for delay in delays_ms]
    return [delays_us[0], *(more - less for less, more in pairwise(delays_us))]


def _of(document: Plain, field: str) -> Plain:
    return None if document is None else document.get(field)


def _within(document: Plain, part: str, field: str) -> Plain:
    return _of(_of(document, part), field)


def _best_ms(way: Way) -> Plain:
    if way.plan is not None:
        return _within(way.plan, "certificate", "best_ms")
    return _of(way.said, "planned_best_ms")


def _backup_ms(way: Way) -> Plain:
    if way.plan is not None:
        return _within(way.plan, "backup", "guaranteed_ms")
    return _within(way.said, "backup", "planned_owd_ms")


def _reason(way: Way) -> Plain:
    reason = way.planned("reason", "reason")
    return None if reason is None else sentence_of(reason, "text")


def _no_backup(way: Way) -> Plain:
    document = way.said if way.plan is None else way.plan
    return None if document is None else sentence_of(document, "backup_reason")
