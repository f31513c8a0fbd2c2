"""Demand tables: CSV of netkit's own, Repetita's ``.demands``, and formats that hold both."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping

from netkit.errors import InputError, Problem
from netkit.files.importers.formats import Format, format_of, import_topology
from netkit.files.importers.imported import Imported, Wish
from netkit.files.importers.node_words import node_words
from netkit.files.importers.research.repetita import parse_demands
from netkit.files.native.link_delays import MAX_DELAY_US
from netkit.files.native.links import MAX_CAPACITY_BPS
from netkit.files.reading.csv_rows import Row, csv_rows
from netkit.files.reading.files import read_text
from netkit.files.reading.findings import Findings
from netkit.model.planning.demand import LOWEST_PRIORITY
from netkit.model.planning.sr_policy import LAST_BOUND_COLOR
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
_REPETITA = re.compile(r"\s*DEMANDS\s+[0-9]+\s*\n")


def read_demands(
    path: str | os.PathLike[str],
    imported: Imported,
    tell: Callable[[Problem], None] | None = None,
) -> tuple[Wish, ...]:
    """Read the demands of a file between the nodes of ``imported``.

    Nodes of a CSV go by their name, by the label or the key that their own file has for them, or by
    the place where they alone are.
    A demand from a node to itself is left out; ``tell`` is told of each such thing.

    Raises:
        InputError: every problem of the file, each with its line; a file without any demand.
    """
    file = os.fspath(path)
    text = read_text(path)
    findings = Findings(file)
    if _REPETITA.match(text):
        wishes = parse_demands(text, findings, imported.topology)
    elif format_of(text) not in (Format.NATIVE, Format.EDGES):
        wishes = import_topology(path).wishes
    else:
        wishes = parse_csv(text, findings, imported)
    if not wishes:
        raise InputError.single("no demands", file=file, expected="at least one")
    if tell is not None:
        for note in findings.notes:
            tell(note)
    return wishes


def parse_csv(text: str, findings: Findings, imported: Imported) -> tuple[Wish, ...]:
    """Read CSV with a header line: ``src,dst`` and at will ``bound_ms``, a bandwidth, a
    ``priority``, the ``color`` of the policy, a name. Its bandwidths are to be reserved."""
    words = node_words(imported)
    rows = csv_rows(text, findings, _COLUMNS)
    wishes = [_wish(row, words.known, words.ambiguous) for row in rows]
    findings.check()
    return tuple(wish for wish in wishes if wish is not None)


def _wish(
    row: Row, known: Mapping[str, str], ambiguous: Mapping[str, tuple[str, ...]]
) -> Wish | None:
    src, dst = (row.node(key, known, ambiguous) for key in ("src", "dst"))
    bound_ms = row.number("bound_ms", MAX_DELAY_US / US_PER_MS)
    bandwidth_bps, priority, color = _bandwidth_bps(row), _priority(row), _color(row)
    if src is None or dst is None:
        return None
    if src == dst:
        row.findings.note(row.line, "a demand from a node to itself is left out", src)
        return None
    return Wish(
        src,
        dst,
        None if bound_ms is None else ms_to_us(bound_ms),
        bandwidth_bps,
        row.text("name"),
        priority=priority,
        reserve=bandwidth_bps is not None,
        color=color,
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
