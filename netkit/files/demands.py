"""Demand tables: CSV of netkit's own, Repetita's ``.demands``, and formats that hold both."""

from __future__ import annotations

import os
import re

from netkit.files.importers.formats import import_topology
from netkit.files.importers.recognised import Format, format_of
from netkit.files.native.link_delays import MAX_DELAY_US
from netkit.files.native.links import MAX_CAPACITY_BPS
from netkit.files.reading.csv_rows import Row, csv_rows
from netkit.files.reading.files import read_text
from netkit.files.reading.findings import Findings
from netkit.model.planning.demand import LOWEST_PRIORITY
from netkit.model.planning.sr_policy import LAST_BOUND_COLOR
from netkit.model.planning.wanted import DemandTable, NamedBy, Wish
from netkit.model.units import BPS_PER_GBPS, US_PER_MS, ms_to_us

_COLUMNS = (
    "src",
    "dst",
    "bound_ms",
    "bandwidth_bps",
    "bandwidth_gbps",
    "priority",
    "color",
    "name",
)
_NEEDED = _COLUMNS[:2]
_REPETITA = re.compile(r"\s*DEMANDS\s+[0-9]+\s*\n")


def read_demands(path: str | os.PathLike[str]) -> DemandTable:
    """Read the demands of a file, as it states them: no topology is looked at.

    Nodes of a CSV go by their name, by the label or by the key that the topology's file has for
    them, or by the place where they alone are; those of Repetita by their number there. What files
    that hold both a topology and demands call their nodes are names. The problems of CSV and
    Repetita are in the table, since what its words mean is still to be asked.

    Raises:
        InputError: every problem of any other file, each with its place.
    """
    file = os.fspath(path)
    text = read_text(path)
    findings = Findings(file)
    if _REPETITA.match(text):
        from netkit.files.importers.research.repetita import parse_demands

        wishes, named_by = parse_demands(text, findings), NamedBy.NUMBER
    elif format_of(text) not in (Format.NATIVE, Format.EDGES):
        wishes, named_by = import_topology(path).wishes, NamedBy.NAME
    else:
        wishes, named_by = parse_csv(text, findings), NamedBy.WORD
    if findings.full:
        findings.check()
    return DemandTable(file, wishes, named_by, findings.problems, findings.notes)


def parse_csv(text: str, findings: Findings) -> tuple[Wish, ...]:
    """Read CSV with a header line: ``src,dst`` and at will ``bound_ms``, a bandwidth, a
    ``priority``, the ``color`` of the policy, a name. Its bandwidths are to be reserved."""
    return tuple(_wish(row) for row in csv_rows(text, findings, _COLUMNS, _NEEDED))


def _wish(row: Row) -> Wish:
    bound_ms = row.number("bound_ms", MAX_DELAY_US / US_PER_MS)
    bandwidth_bps, priority, color = _bandwidth_bps(row), _priority(row), _color(row)
    return Wish(
        row.cells.get("src", ""),
        row.cells.get("dst", ""),
        None if bound_ms is None else ms_to_us(bound_ms),
        bandwidth_bps,
        row.text("name"),
        priority=priority,
        reserve=bandwidth_bps is not None,
        color=color,
        line=row.line,
    )


def _bandwidth_bps(row: Row) -> int | None:
    bps = row.number("bandwidth_bps", MAX_CAPACITY_BPS)
    gbps = row.number("bandwidth_gbps", MAX_CAPACITY_BPS / BPS_PER_GBPS)
    if bps is not None and gbps is not None:
        row.problem("the bandwidth is given twice", expected="one of the two")
    found = bps if gbps is None else gbps * BPS_PER_GBPS
    return None if found is None else round(found)


def _priority(row: Row) -> int:
    word = row.text("priority")
    if word is None:
        return LOWEST_PRIORITY
    if word in {str(priority) for priority in range(LOWEST_PRIORITY + 1)}:
        return int(word)
    row.problem("priority", word, f"0, which reserves first, to {LOWEST_PRIORITY}")
    return LOWEST_PRIORITY


def _color(row: Row) -> int | None:
    word = row.text("color")
    if word is None:
        return None
    if re.fullmatch(r"[0-9]{1,10}", word) and 1 <= int(word) <= LAST_BOUND_COLOR:
        return int(word)
    row.problem("color", word, f"1 to {LAST_BOUND_COLOR}, or nothing: the bound in µs")
    return None
