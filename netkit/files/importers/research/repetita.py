"""Repetita's text formats: ``.graph`` and ``.demands``.

``NODES n``, a header, one ``label x y`` a line: x is the longitude, y the latitude, and ``0 0`` is
what files have that know neither. ``EDGES m``, a header, one ``label src dest weight bw delay`` a
line, each one direction, ends by node number. ``DEMANDS d``, a header, one ``label src dest bw`` a
line. Bandwidth is in kbit/s. The unit of delay is not stated anywhere; see
:class:`~netkit.files.importers.imported.DelayUnit`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from netkit.errors import InputError, counted, shown
from netkit.files.importers.build import build, position
from netkit.files.importers.drafts import ArcDraft, NodeDraft, paired
from netkit.files.importers.imported import DelayUnit, Imported, Options
from netkit.files.importers.node_words import NodeWords, names_in_order
from netkit.files.native.checks import TOLERANCE_US
from netkit.files.native.link_delays import MAX_DELAY_US
from netkit.files.native.links import MAX_CAPACITY_BPS, MIN_METRIC
from netkit.files.reading.findings import Findings
from netkit.files.reading.numbers import number_of
from netkit.model.network.elements import MAX_LINK_METRIC
from netkit.model.network.geo import floor_us
from netkit.model.network.topology import Topology
from netkit.model.planning.wanted import NamedBy, Wish
from netkit.model.units import US_PER_MS

BPS_PER_KBPS = 1000

_SLOW = 20
"""Delays over so many times light in fibre are doubted: detours are less."""

MAX_ROWS = 300_000
"""Lines of one section; the largest graph in mind has a tenth of that."""

_COUNT = re.compile(r"[0-9]{1,9}")
_FIELDS = {
    "NODES": ("label", "x", "y"),
    "EDGES": ("label", "src", "dest", "weight", "bw", "delay"),
    "DEMANDS": ("label", "src", "dest", "bw"),
}


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: tuple[str, ...]


def parse_graph(text: str, file: str, options: Options) -> Imported:
    """Read a ``.graph`` file; every edge keeps its label as the name of its direction.

    Raises:
        InputError: every line that cannot be read, with its number.
    """
    findings = Findings(file)
    rows, counts = _sections(findings, text)
    nodes = [_node(findings, row, key) for key, row in enumerate(rows.get("NODES", ()))]
    for section in ("NODES", "EDGES"):
        if section not in rows:
            findings.problem(None, f"no {section} section", expected=f"a line '{section} n'")
    # Of nodes that cannot be read, the numbers of those behind them are not wrong for that.
    count = max(len(nodes), counts.get("NODES", 0)) if findings.any_problem else len(nodes)
    edges = (_edge(findings, row, count, options) for row in rows.get("EDGES", ()))
    links = paired([edge for edge in edges if edge is not None])
    imported = build(findings, PurePath(file).stem, "", nodes, links, options)
    _doubt_unit(findings, imported.topology, options)
    stated = _wishes(findings, rows.get("DEMANDS", ()))
    words = NodeWords({}, {}, {}, names_in_order(imported.topology))
    wishes = words.understood(stated, NamedBy.NUMBER, findings)
    findings.check()
    return replace(imported, notes=findings.notes, wishes=wishes)


def parse_demands(text: str, findings: Findings) -> tuple[Wish, ...]:
    """Read a ``.demands`` file; its node numbers count the nodes of some topology from 0."""
    rows, _ = _sections(findings, text)
    if "DEMANDS" not in rows:
        findings.problem(None, "no DEMANDS section", expected="a line 'DEMANDS n'")
    return _wishes(findings, rows.get("DEMANDS", ()))


def _sections(findings: Findings, text: str) -> tuple[dict[str, list[_Row]], dict[str, int]]:
    """The lines of each section, without its header, and how many the file says there are."""
    found: dict[str, list[_Row]] = {}
    stated: dict[str, tuple[int, int]] = {}
    section, header = "", False
    for line, words in _lines(text):
        if words[0] in _FIELDS and len(words) <= 2:
            section, header = words[0], True
            if section in found:
                findings.problem(line, f"a second section {section}")
            found.setdefault(section, [])
            if len(words) == 2 and _COUNT.fullmatch(words[1]):
                stated[section] = line, int(words[1])
            else:
                findings.problem(line, f"section {section}", " ".join(words), f"{section} n")
        elif not section:
            findings.problem(line, "text before the first section", shown(" ".join(words)))
        elif header and words[0] == "label":
            header = False
        elif len(words) != len(_FIELDS[section]):
            expected = " ".join(_FIELDS[section])
            findings.problem(
                line, f"{section}: {counted(len(words), 'field')}", shown(" ".join(words)), expected
            )
        else:
            header = False
            found[section].append(_Row(line, tuple(words)))
            if len(found[section]) > MAX_ROWS:
                what, expected = f"{section}: too many lines", f"at most {MAX_ROWS}"
                raise InputError.single(what, file=findings.file, line=line, expected=expected)
    for name, (line, count) in stated.items():
        if count != len(found[name]):
            findings.note(line, f"{name} {count}, but {len(found[name])} lines follow")
    return found, {name: count for name, (_, count) in stated.items()}


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for line, content in enumerate(text.split("\n"), start=1):
        words = content.split()
        if words:
            yield line, words


def _node(findings: Findings, row: _Row, key: int) -> NodeDraft:
    label, x, y = row.cells
    lon, lat = (_number(findings, row, name, word) for name, word in (("x", x), ("y", y)))
    where = None
    if lon is not None and lat is not None and (lon, lat) != (0, 0):
        where = position(lat, lon)
        if where is None:
            findings.note(
                row.line, f"node {shown(label)}: x and y are no longitude and latitude", f"{x} {y}"
            )
    return NodeDraft(str(key), label, row.line, where)


def _edge(findings: Findings, row: _Row, nodes: int, options: Options) -> ArcDraft | None:
    label, src, dest, weight, bw, delay = row.cells
    ends = [_index(findings, row, *each, nodes) for each in (("src", src), ("dest", dest))]
    metric = _number(findings, row, "weight", weight, MIN_METRIC, MAX_LINK_METRIC)
    if metric is not None and not metric.is_integer():
        findings.problem(row.line, "weight", weight, "a whole number")
    kbps = _number(findings, row, "bw", bw, 0, MAX_CAPACITY_BPS / BPS_PER_KBPS)
    factor = US_PER_MS if options.delay_unit is DelayUnit.MS else 1
    amount = _number(findings, row, "delay", delay, 0, MAX_DELAY_US / factor)
    if None in ends or metric is None or amount is None:
        return None
    return ArcDraft(
        str(ends[0]), str(ends[1]), row.line, label,
        delay_us=math.floor(amount * factor + 0.5),
        metric=int(metric),
        capacity_bps=round(kbps * BPS_PER_KBPS) if kbps else None,
    )  # fmt: skip


def _wishes(findings: Findings, rows: Sequence[_Row]) -> tuple[Wish, ...]:
    wishes = []
    for row in rows:
        label, src, dest, bw = row.cells
        kbps = _number(findings, row, "bw", bw, 0, MAX_CAPACITY_BPS / BPS_PER_KBPS)
        bandwidth = 0 if kbps is None else round(kbps * BPS_PER_KBPS)
        wishes.append(Wish(src, dest, None, bandwidth, label, line=row.line))
    return tuple(wishes)


def _index(findings: Findings, row: _Row, name: str, word: str, nodes: int) -> int | None:
    if _COUNT.fullmatch(word) and int(word) < nodes:
        return int(word)
    findings.problem(row.line, name, shown(word), f"a node number below {nodes}")
    return None


def _number(
    findings: Findings,
    row: _Row,
    name: str,
    word: str,
    low: float = -math.inf,
    high: float = math.inf,
) -> float | None:
    value = number_of(word)
    if value is not None and low <= value <= high:
        return value
    words = "a number" if low == -math.inf else f"a number from {low:g}"
    findings.problem(
        row.line, name, shown(word), words + (f" to {high:.10g}" if high < 1e18 else "")
    )
    return None


def _doubt_unit(findings: Findings, topology: Topology, options: Options) -> None:
    """Say so where the delays would be faster than light, or far slower than any cable."""
    ratios = []
    for link in topology.links:
        a, b = topology.node[link.a].coordinates, topology.node[link.b].coordinates
        if a is not None and b is not None and (floor := floor_us(a, b)) > TOLERANCE_US:
            ratios.append(link.delay_ab_us / floor)
    ratios.sort()
    middle = ratios[len(ratios) // 2] if ratios else 1.0
    unit = options.delay_unit or DelayUnit.US
    if middle < 1:
        what = f"most delays, read as {unit}, beat light in fibre along the great circle"
    elif middle > _SLOW:
        what = f"most delays, read as {unit}, are over {_SLOW} times light in fibre"
    else:
        return
    other = DelayUnit.MS if unit is DelayUnit.US else DelayUnit.US
    fits = 1 <= middle * (US_PER_MS if other is DelayUnit.MS else 1 / US_PER_MS) <= _SLOW
    findings.note(
        None, what, f"{middle:.2g} times at the middle", "1 to 20 times",
        f"Try delay unit {other}" if fits else "Neither us nor ms fits: check the file",
    )  # fmt: skip
