"""Flexible Algorithms as their routers run them: one definition each, and who takes part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from netkit.files.importers.link_state.network.arcs import StateArc
from netkit.files.importers.link_state.network.identity import System
from netkit.files.importers.link_state.records import FlexRecord
from netkit.files.reading.findings import Findings
from netkit.model.network.flex_algo import FIRST_FLEX_ALGO, FlexAlgo, FlexMetric

_METRICS = {0: FlexMetric.IGP, 1: FlexMetric.DELAY, 2: FlexMetric.TE}
"""Metric types (RFC 9350 §5.1)."""


def flex_algos_of(
    findings: Findings, routers: Mapping[str, System], arcs: Iterable[StateArc]
) -> list[FlexAlgo]:
    """The planes that routers take part in and that can be told; members by key. Each of the others
    is noted with what it lacks."""
    takers: dict[int, set[str]] = defaultdict(set)
    stated: dict[int, list[tuple[int, str, FlexRecord]]] = defaultdict(list)
    for id_, system in routers.items():
        for lsp in system.own:
            for number in lsp.algorithms:
                takers[number].add(id_)
            for record in lsp.flex_algos:
                stated[record.algorithm].append((record.priority, id_, record))
    known = list(arcs) if stated else []
    found = []
    for number in sorted(number for number in takers.keys() | stated if number >= FIRST_FLEX_ALGO):
        # The highest priority, then the highest system id (RFC 9350 §5.3).
        best = max(stated[number], default=None, key=lambda one: one[:2])
        lack = _lack(best and best[2], takers[number], known)
        if best is None or lack:
            what = f"Flexible Algorithm {number} of {len(takers[number])} routers is left out"
            findings.note(None, what, lack)
        else:
            found.append(_plane(best[2], takers[number]))
    return found


def _lack(record: FlexRecord | None, takers: Collection[str], arcs: list[StateArc]) -> str | None:
    """Why netkit cannot tell what the routers would do; None where it can."""
    if record is None:
        return "its definition is not printed"
    if not takers:
        return "nobody takes part"
    if record.metric_type not in _METRICS:
        return f"its metric type {record.metric_type}"
    if record.calculation:
        return f"its calculation type {record.calculation}"
    if record.unread:
        return f"its {' and '.join(record.unread)}"
    own = [arc for arc in arcs if arc.src in takers and arc.dst in takers]
    if record.metric_type == 1 and any(arc.traffic.delay_min_us is None for arc in own):
        return "links in it state no least delay"
    groups = _groups(arcs)
    wanted = record.include_any, record.include_all
    if (wanted[0] and groups.isdisjoint(wanted[0])) or not wanted[1] <= groups:
        return "no link has the admin groups that it wants"
    return None


def _plane(record: FlexRecord, takers: Collection[str]) -> FlexAlgo:
    return FlexAlgo(
        record.algorithm, _METRICS[record.metric_type], record.include_any, record.include_all,
        record.exclude_any, record.exclude_srlgs, frozenset(takers),
    )  # fmt: skip


def _groups(arcs: Iterable[StateArc]) -> frozenset[str]:
    return frozenset(group for arc in arcs for group in arc.traffic.admin_groups)
