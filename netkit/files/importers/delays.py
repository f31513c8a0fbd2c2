"""Measured figures of links, as CSV, laid over a topology of any format.

Columns: ``link`` (its id, or the name of one direction), or ``src`` and ``dst``, or all three; at
least one of ``delay_us`` or ``delay_ms``, ``jitter_us`` or ``jitter_ms`` (delay variation, RFC 8570
§4.3) and ``loss_percent``, one-way; ``date``, as 2026-11-22. A link named alone by an id that
stands for both directions gets the figures both ways; with ``src``, or by the name of a direction,
only that way. A link that was left out for want of a delay comes in; one direction then serves for
both.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from netkit.errors import did_you_mean, shown
from netkit.files.importers.imported import Imported
from netkit.files.importers.node_words import node_words
from netkit.files.native.checks import Parts, Placed, physics_problems
from netkit.files.native.link_delays import MAX_DELAY_US
from netkit.files.native.link_quality import MAX_JITTER_US, MAX_LOSS_PERCENT
from netkit.files.reading.csv_rows import Row, csv_rows
from netkit.files.reading.files import read_text
from netkit.files.reading.findings import Findings
from netkit.model.network.elements import DelayBasis, Link
from netkit.model.network.topology import Topology
from netkit.model.units import US_PER_MS, percent_to_ppb

_COLUMNS = (
    "link", "src", "dst", "delay_us", "delay_ms", "jitter_us", "jitter_ms", "loss_percent", "date",
)  # fmt: skip
_FIGURES = _COLUMNS[3:-1]


@dataclass(frozen=True, slots=True)
class _Figures:
    """What one row says; what it does not is None and stays as it was. 0 is a figure."""

    delay_us: int | None
    jitter_us: int | None
    loss_ppb: int | None
    day: str | None

    @property
    def none(self) -> bool:
        """Whether nothing can be taken of it."""
        return self.delay_us is None and self.jitter_us is None and self.loss_ppb is None


def lay_delays(path: str | os.PathLike[str], imported: Imported) -> Imported:
    """The topology with the delays of a file in place of its own; says so of delays beating light.

    Raises:
        InputError: every problem of the file, each with its line.
    """
    return overlay(read_text(path), os.fspath(path), imported)


def overlay(text: str, file: str, imported: Imported) -> Imported:
    """See :func:`lay_delays`; ``file`` is the name that problems carry."""
    findings = Findings(file)
    table = _Overlay(imported, findings)
    for row in csv_rows(text, findings, _COLUMNS):
        table.take(row)
    if not table.lines and not findings.any_problem:
        findings.problem(None, "no measured figures", expected="at least one")
    findings.check()
    topology = table.topology()
    changed = [
        Placed(topology.link[id_], line)
        for id_, line in table.lines.items()
        if id_ in topology.link
    ]
    nodes = [Placed(node) for node in topology.nodes]
    findings.extend_notes(physics_problems(Parts(file, nodes, changed, ())))
    unknown = tuple(link for link in imported.undelayed if link.id not in topology.link)
    notes = (*imported.notes, *findings.notes)
    return replace(imported, topology=topology, undelayed=unknown, notes=notes)


class _Overlay:
    """The links of a topology, changed row by row."""

    def __init__(self, imported: Imported, findings: Findings) -> None:
        self.lines: dict[str, int] = {}
        self._topology = imported.topology
        self._findings = findings
        self._words = node_words(imported)
        links = (*imported.topology.links, *imported.undelayed)
        self._undelayed = {link.id for link in imported.undelayed}
        self._links = {link.id: link for link in links}
        self._seen: dict[tuple[str, str], int] = {}
        self._delayed: set[tuple[str, str]] = set()
        self._ways: dict[str, tuple[str, str | None]] = {}
        self._between: dict[frozenset[str], list[str]] = defaultdict(list)
        for link in links:
            self._ways[link.id] = link.id, None if link.id_ba is None else link.a
            if link.id_ba is not None:
                self._ways[link.id_ba] = link.id, link.b
            self._between[frozenset((link.a, link.b))].append(link.id)

    def topology(self) -> Topology:
        """With every link whose delay is known by now."""
        links = (self._whole(link) for link in self._links.values())
        return replace(self._topology, links=tuple(link for link in links if link is not None))

    def _whole(self, link: Link) -> Link | None:
        """A link that had no delay at all takes one direction's for both."""
        seen = [(link.id, end) in self._delayed for end in (link.a, link.b)]
        if link.id not in self._undelayed or all(seen):
            return link
        if link.one_way or not any(seen):
            return link if seen[0] else None
        us = link.delay_ab_us if seen[0] else link.delay_ba_us
        return None if us is None else replace(link, delay_ab_us=us, delay_ba_us=us)

    def take(self, row: Row) -> None:
        """Change the link that the row means."""
        way, figures = self._way(row), _figures(row)
        if not any(row.text(name) for name in _FIGURES):
            row.problem("no figure", expected="at least one of " + ", ".join(_FIGURES))
        elif way is not None and not figures.none:
            self._set(row, way, figures)

    def _way(self, row: Row) -> tuple[str, str | None] | None:
        """The link and the end that it is entered from; None for the latter is both."""
        ends: Mapping[str, str | None] = {
            key: self._words.found(word, key, row.line, row.findings) if word else None
            for key, word in ((key, row.text(key)) for key in ("src", "dst"))
        }
        if any(row.text(key) and ends[key] is None for key in ends):
            return None
        word = row.text("link")
        if word is None:
            return self._by_ends(row, ends["src"], ends["dst"])
        if word not in self._ways:
            remedy = None if row.findings.full else did_you_mean(word, self._ways)
            row.problem("unknown link", shown(word), "a link of the topology", remedy)
            return None
        id_, start = self._ways[word]
        link = self._links[id_]
        given = ends["src"] or (ends["dst"] and (link.a if ends["dst"] == link.b else link.b))
        if any(end not in (link.a, link.b, None) for end in ends.values()) or (
            start is not None and given is not None and start != given
        ):
            row.problem(f"link {word} does not lead that way", expected=f"{link.a} and {link.b}")
            return None
        return id_, start or given

    def _by_ends(self, row: Row, src: str | None, dst: str | None) -> tuple[str, str | None] | None:
        if src is None or dst is None:
            row.problem("no link is named", expected="link, or src and dst")
            return None
        found = self._between[frozenset((src, dst))]
        if len(found) != 1:
            what = f"{len(found)} links between {src} and {dst}"
            row.problem(what, " ".join(found) or None, "one, or the column link")
            return None
        return found[0], src

    def _set(self, row: Row, way: tuple[str, str | None], figures: _Figures) -> None:
        id_, start = way
        link = self._links[id_]
        for end in (link.a, link.b) if start is None else (start,):
            if end == link.b and link.one_way:
                if start is not None:
                    row.problem(f"link {id_} has no way from {link.b}")
                continue
            if (id_, end) in self._seen:
                row.problem(f"link {id_} from {end} again", f"first in line {self._seen[id_, end]}")
            self._seen.setdefault((id_, end), row.line)
            if figures.delay_us is not None:
                self._delayed.add((id_, end))
            link = _measured(link, end, figures)
        self._links[id_] = link
        self.lines[id_] = row.line


def _measured(link: Link, end: str, figures: _Figures) -> Link:
    """The link with what was measured of the direction that starts at ``end``."""
    there, jitter, loss = figures.delay_us, figures.jitter_us, figures.loss_ppb
    if there is not None:
        link = replace(link, basis=DelayBasis.MEASURED, measured_on=figures.day, length_km=None)
    if end == link.a:
        return replace(
            link,
            delay_ab_us=link.delay_ab_us if there is None else there,
            jitter_ab_us=link.jitter_ab_us if jitter is None else jitter,
            loss_ab_ppb=link.loss_ab_ppb if loss is None else loss,
        )
    return replace(
        link,
        delay_ba_us=link.delay_ba_us if there is None else there,
        jitter_ba_us=link.jitter_ba_us if jitter is None else jitter,
        loss_ba_ppb=link.loss_ba_ppb if loss is None else loss,
    )


def _figures(row: Row) -> _Figures:
    """What a row measured."""
    delay_us = _time_us(row, "delay", MAX_DELAY_US)
    jitter_us = _time_us(row, "jitter", MAX_JITTER_US)
    percent = row.number("loss_percent", MAX_LOSS_PERCENT, zero=True)
    loss_ppb = None if percent is None else percent_to_ppb(percent)
    return _Figures(delay_us, jitter_us, loss_ppb, _day(row))


def _time_us(row: Row, name: str, most_us: int) -> int | None:
    """A time in one of its two columns, rounded to whole microseconds."""
    if row.text(f"{name}_us") and row.text(f"{name}_ms"):
        row.problem(f"the {name} is given twice", expected=f"{name}_us or {name}_ms")
        return None
    us = row.number(f"{name}_us", most_us, zero=True)
    ms = row.number(f"{name}_ms", most_us / US_PER_MS, zero=True)
    if us is None and ms is None:
        return None
    return round(us if us is not None else (ms or 0) * US_PER_MS)


def _day(row: Row) -> str | None:
    word = row.text("date")
    if word is None:
        return None
    try:
        return date.fromisoformat(word).isoformat()
    except ValueError:
        row.problem("date", shown(word), "a date such as 2026-11-22")
        return None
