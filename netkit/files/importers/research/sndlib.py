"""SNDlib networks: the native text format, and what it shares with the XML one.

Nodes have coordinates (x is the longitude), links capacities, demands values. Links lead both ways.
Delays are derived from coordinates. Capacities and demands are taken as Mbit/s, the unit of those
files that state one. Of a link's capacity, what is installed counts, else its largest module. The
routing cost is the link's cost, unless all are 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from netkit.errors import InputError, shown
from netkit.files.importers.build import build, position
from netkit.files.importers.drafts import LinkDraft, NodeDraft
from netkit.files.importers.imported import Imported, Options
from netkit.files.native.link_quality import MAX_COST
from netkit.files.native.links import MAX_CAPACITY_BPS
from netkit.files.reading.findings import Findings
from netkit.files.reading.numbers import number_of
from netkit.model.planning.wanted import Wish

BPS_PER_MBPS = 1_000_000
MAX_ROWS = 300_000

_HEADER = re.compile(r"\?SNDlib native format;\s*type:\s*network;\s*version:\s*1\.0")
_SECTION = re.compile(r"([A-Z_]+)\s*\(")
_READ = ("NODES", "LINKS", "DEMANDS")
_NOT_READ = ("META", "ADMISSIBLE_PATHS")


@dataclass(frozen=True, slots=True)
class Row:
    """One node, link or demand: its id, two ends or coordinates, and figures as text."""

    line: int
    id: str
    first: str
    second: str
    figures: tuple[str, ...] = ()
    cost: str | None = None


@dataclass
class Network:
    """The rows of one file; ``geographic`` is false where coordinates are places on a drawing."""

    nodes: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    demands: list[Row] = field(default_factory=list)
    geographic: bool = True


def parse_native(text: str, file: str, options: Options) -> Imported:
    """Read the native format.

    Raises:
        InputError: every line that cannot be read, with its number.
    """
    findings = Findings(file)
    network = Network()
    into = {"NODES": network.nodes, "LINKS": network.links, "DEMANDS": network.demands}
    for section, line, words in _lines(findings, text):
        row = _row(section, line, words)
        if row is None:
            findings.problem(
                line, f"{section}: cannot read", shown(" ".join(words)), _SHAPES[section]
            )
        elif len(into[section]) >= MAX_ROWS:
            raise InputError.single(f"{section}: too many lines", file=file, line=line)
        else:
            into[section].append(row)
    return assemble(findings, network, options)


def assemble(findings: Findings, network: Network, options: Options) -> Imported:
    """Make a topology, and demands, of the rows of a file."""
    nodes = [_node(findings, row, network.geographic) for row in network.nodes]
    _repeated(findings, network.nodes)
    known = {row.id for row in network.nodes}
    priced = any(number_of(row.cost) for row in network.links)
    links = [
        LinkDraft(
            row.first, row.second, row.line, row.id,
            capacity_bps=_capacity_bps(findings, row, row.figures),
            cost=_cost(findings, row) if priced else None,
        )
        for row in network.links
        if _known(findings, row, known, "link")
    ]  # fmt: skip
    demands = [row for row in network.demands if _known(findings, row, known, "demand")]
    if not network.geographic:
        findings.note(None, "coordinates are places on a drawing: taken as none")
    imported = build(findings, PurePath(findings.file).stem, "", nodes, links, options)
    wishes = tuple(
        wish for row in demands if (wish := _wish(findings, row, imported.node_of)) is not None
    )
    findings.check()
    return replace(imported, notes=findings.notes, wishes=wishes)


def _wish(findings: Findings, row: Row, name: Mapping[str, str]) -> Wish | None:
    bandwidth_bps = _bps(findings, row, row.figures[0])
    if row.first == row.second:
        findings.note(row.line, f"demand {shown(row.id)} from a node to itself is left out")
        return None
    return Wish(name[row.first], name[row.second], None, bandwidth_bps, row.id)


def _lines(findings: Findings, text: str) -> Iterator[tuple[str, int, list[str]]]:
    """The lines of the sections that are read."""
    section, seen, depth = "", False, 0
    for line, raw in enumerate(text.split("\n"), start=1):
        content = raw.strip()
        if not content or content.startswith("#"):
            continue
        if not seen:
            seen = True
            if not _HEADER.match(content):
                raise InputError.single(
                    "no network of SNDlib", file=findings.file, line=line, value=shown(content),
                    expected="?SNDlib native format; type: network; version: 1.0",
                )  # fmt: skip
        elif not section:
            found = _SECTION.match(content)
            if found is None:
                findings.problem(line, "text outside any section", shown(content), "NODES (")
            elif not content.endswith(")"):
                section, depth = found.group(1), 1
                if section not in (*_READ, *_NOT_READ):
                    findings.note(line, "a section that is not read", section)
        else:
            depth += content.count("(") - content.count(")")
            if depth < 1:
                if content != ")":
                    what = f"{section}: more than the end of the section"
                    findings.problem(line, what, shown(content), "a line ')'")
                section = ""
            elif section in _READ:
                yield section, line, content.replace("(", " ( ").replace(")", " ) ").split()
    if section:
        findings.problem(None, f"section {section} does not end", expected="a line ')'")


_SHAPES = {
    "NODES": "id ( longitude latitude )",
    "LINKS": "id ( source target ) installed cost routing-cost setup-cost ( module cost … )",
    "DEMANDS": "id ( source target ) unit value longest-path",
}


def _row(section: str, line: int, words: Sequence[str]) -> Row | None:
    if len(words) < 5 or words[1] != "(" or words[4] != ")":
        return None
    rest = words[5:]
    if section == "NODES":
        return None if rest else Row(line, words[0], words[2], words[3])
    if section == "DEMANDS":
        return None if len(rest) != 3 else Row(line, words[0], words[2], words[3], (rest[1],))
    if len(rest) < 6 or rest[4] != "(" or rest[-1] != ")":
        return None
    return Row(line, words[0], words[2], words[3], (rest[0], *rest[5:-1:2]), cost=rest[2])


def _node(findings: Findings, row: Row, geographic: bool) -> NodeDraft:
    lon, lat = number_of(row.first), number_of(row.second)
    where = None
    if not (row.first or row.second):
        return NodeDraft(row.id, row.id, row.line)
    if lon is None or lat is None:
        what = f"node {shown(row.id)}: coordinates"
        findings.problem(row.line, what, shown(f"{row.first} {row.second}"), "two numbers")
    elif geographic:
        where = position(lat, lon)
        if where is None:
            what = f"node {shown(row.id)}: no longitude and latitude"
            findings.note(row.line, what, f"{row.first} {row.second}")
    return NodeDraft(row.id, row.id, row.line, where)


def _repeated(findings: Findings, rows: Sequence[Row]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.id in first:
            findings.problem(
                row.line, f"node {shown(row.id)} again", f"first in line {first[row.id]}"
            )
        first.setdefault(row.id, row.line)


def _known(findings: Findings, row: Row, known: set[str], what: str) -> bool:
    unknown = [end for end in (row.first, row.second) if end not in known]
    for end in unknown:
        findings.problem(row.line, f"{what} {shown(row.id)}: unknown node", shown(end))
    return not unknown


def _capacity_bps(findings: Findings, row: Row, figures: Sequence[str]) -> int | None:
    """What is installed; where that is 0, the largest module on offer."""
    values = [_bps(findings, row, figure) or 0 for figure in figures if figure != "UNLIMITED"]
    installed = values[0] if values else 0
    return installed or max(values, default=0) or None


def _cost(findings: Findings, row: Row) -> int | None:
    """The routing cost, where it is a whole number; a file with zeros only states none."""
    value = number_of(row.cost)
    if value is not None and value.is_integer() and 0 <= value <= MAX_COST:
        return int(value)
    if row.cost is None:
        return None
    expected = f"a whole number, 0 to {MAX_COST}"
    findings.note(row.line, f"{row.id}: routing cost is not used", row.cost, expected)
    return None


def _bps(findings: Findings, row: Row, word: str) -> int | None:
    """A figure in bit/s; None, with a note, for one that stands for no limit, as 1.0E10 does."""
    value = number_of(word)
    if value is None or value < 0:
        findings.problem(
            row.line, f"{row.id}: capacity or demand", shown(word), "Mbit/s, 0 or more"
        )
        return None
    if value * BPS_PER_MBPS > MAX_CAPACITY_BPS:
        most = f"at most {MAX_CAPACITY_BPS / BPS_PER_MBPS:g} Mbit/s"
        findings.note(row.line, f"{row.id}: capacity or demand is not used", word, most)
        return None
    return round(value * BPS_PER_MBPS)
