"""The figures of edges, read by what their attributes are called (:mod:`.words`).

A figure without a unit that would decide a delay makes the file unusable: a plan that takes
milliseconds for microseconds is certified and wrong. So does a metric that no IGP takes. Any other
is left out with a note.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from netkit.errors import counted, shown
from netkit.files.importers.drafts import QualityDraft
from netkit.files.importers.graphs.values.parts import Part
from netkit.files.importers.graphs.values.units import UNITS, Quantity, split_value
from netkit.files.importers.graphs.values.words import GUESSED_METRIC, Meaning, key_of, meaning_of
from netkit.files.importers.imported import DelayUnit
from netkit.files.native.link_delays import MAX_DELAY_US, MAX_LENGTH_KM
from netkit.files.native.link_quality import (
    MAX_COST,
    MAX_JITTER_US,
    MAX_LOSS_PERCENT,
    MAX_TE_METRIC,
)
from netkit.files.native.links import MAX_CAPACITY_BPS, MIN_METRIC
from netkit.files.native.nodes import DEFAULT_METRIC
from netkit.files.reading.findings import Findings
from netkit.model.network.elements import MAX_LINK_METRIC
from netkit.model.units import percent_to_ppb

_LIMITS: Mapping[Quantity, tuple[float, float]] = {
    Quantity.DELAY: (0, MAX_DELAY_US),
    Quantity.JITTER: (0, MAX_JITTER_US),
    Quantity.LENGTH: (0, MAX_LENGTH_KM),
    Quantity.CAPACITY: (0, MAX_CAPACITY_BPS),
    Quantity.LOSS: (0, MAX_LOSS_PERCENT),
    Quantity.METRIC: (MIN_METRIC, MAX_LINK_METRIC),
    Quantity.TE_METRIC: (0, MAX_TE_METRIC),
    Quantity.COST: (0, MAX_COST),
}
_WHOLE = {Quantity.METRIC, Quantity.TE_METRIC, Quantity.COST}


@dataclass(frozen=True, slots=True)
class EdgeValues:
    """What one edge says, one way; what it does not is None."""

    delay_us: int | None
    length_km: float | None
    metric: int | None
    capacity_bps: int | None
    quality: QualityDraft | None
    cost: int | None


class Vocabulary:
    """The attributes that the edges of one file have, by what they say.

    ``delay_unit`` and ``length_unit`` are the units of figures that state none, if anybody does.
    """

    def __init__(
        self, findings: Findings, edges: Sequence[Part], delay_unit: DelayUnit | None,
        length_unit: str | None,
    ) -> None:  # fmt: skip
        self._findings = findings
        self._bare = {
            Quantity.DELAY: None if delay_unit is None else UNITS[Quantity.DELAY][delay_unit.value],
            Quantity.LENGTH: None if length_unit is None else UNITS[Quantity.LENGTH][length_unit],
        }
        self._columns: dict[Quantity, list[tuple[str, Meaning]]] = defaultdict(list)
        self._unitless: dict[tuple[Quantity, str], list[int | None]] = defaultdict(list)
        self._guessed = 0
        self._priced: Counter[bool] = Counter()
        for name in dict.fromkeys(name for edge in edges for name in edge.data):
            meaning = meaning_of(name)
            if meaning is not None:
                self._columns[meaning.quantity].append((name, meaning))
        for columns in self._columns.values():
            columns.sort(key=lambda one: (one[1].factor is None, one[1].rank, one[1].factor or 0))
        self._drop_other_weights(edges)

    def read(self, part: Part) -> EdgeValues:
        """The figures of one edge."""
        delay_us = self._number(part, Quantity.DELAY)
        length_km = self._number(part, Quantity.LENGTH, quiet=delay_us is not None)
        capacity = self._number(part, Quantity.CAPACITY)
        metric = self._whole(part, Quantity.METRIC)
        self._priced[metric is not None] += 1
        return EdgeValues(
            None if delay_us is None else math.floor(delay_us + 0.5),
            length_km,
            metric,
            round(capacity) or None if capacity is not None else None,
            self._quality(part),
            self._whole(part, Quantity.COST),
        )

    def finish(self) -> None:
        """Say what was taken for granted, and what could not be."""
        for (quantity, name), lines in self._unitless.items():
            where = min((line for line in lines if line is not None), default=None)
            what = f"{quantity} without a unit: edge attribute {shown(name)}"
            count, units = counted(len(lines), "edge"), "a unit in the name or the value, as in "
            if quantity is Quantity.DELAY:
                remedy = "If all are alike, say which they are"
                expected = f"{units}{name}_us or {name}_ms"
                self._findings.problem(where, what, count, expected, remedy, "delay_unit")
            elif quantity is Quantity.LENGTH:
                self._findings.problem(where, what, count, f"{units}{name}_km")
            else:
                remedy = "It is not used"
                self._findings.note(where, what, count, f"{units}{_EXAMPLE[quantity]}", remedy)
        if self._guessed:
            what = f"edge attribute {GUESSED_METRIC!r} is taken as IGP metric"
            self._findings.note(None, what, counted(self._guessed, "edge"))
        if self._priced[True] and self._priced[False]:
            what = f"edges without an IGP metric, where others have one: {DEFAULT_METRIC} is taken"
            self._findings.note(None, what, counted(self._priced[False], "edge"))

    def _drop_other_weights(self, edges: Sequence[Part]) -> None:
        """``weight`` is the metric of all edges or of none: where one is no metric, it is
        something else, and no edge may get the default in its place."""
        columns = self._columns[Quantity.METRIC]
        for name in [name for name, _ in columns if key_of(name) == GUESSED_METRIC]:
            stated = [edge for edge in edges if edge.data.get(name)]
            other = [edge for edge in stated if not _is_metric(edge.data[name])]
            if other:
                columns[:] = [column for column in columns if column[0] != name]
                first = shown(other[0].data[name])
                self._findings.note(
                    other[0].line, f"edge attribute {name!r} is the IGP metric of no edge",
                    f"{len(other)} of {len(stated)} are none, the first {first}",
                    _METRIC_WORDS,
                )  # fmt: skip

    def _quality(self, part: Part) -> QualityDraft | None:
        jitter, loss = self._number(part, Quantity.JITTER), self._number(part, Quantity.LOSS)
        found = QualityDraft(
            None if jitter is None else round(jitter),
            None if loss is None else percent_to_ppb(loss),
            self._whole(part, Quantity.TE_METRIC),
        )
        return None if found == QualityDraft() else found

    def _whole(self, part: Part, quantity: Quantity) -> int | None:
        value = self._number(part, quantity)
        return None if value is None else int(value)

    def _number(self, part: Part, quantity: Quantity, *, quiet: bool = False) -> float | None:
        """The first usable figure, in the unit of ``quantity``; what is none is noted."""
        for name, meaning in self._columns[quantity]:
            word = part.data.get(name)
            if not word:
                continue
            value, factor = split_value(quantity, word)
            factor = factor or meaning.factor or self._bare.get(quantity)
            if value is not None and factor is None:
                if not quiet:
                    self._unitless[quantity, name].append(part.line)
                continue
            value = self._checked(part, quantity, name, value, factor or 1)
            if value is None or (quantity is Quantity.CAPACITY and not value):
                continue
            self._guessed += key_of(name) == GUESSED_METRIC
            return value
        return None

    def _checked(
        self, part: Part, quantity: Quantity, name: str, value: float | None, factor: float
    ) -> float | None:
        if quantity is Quantity.METRIC and (value is None or not _fits_metric(value)):
            # What no IGP takes: the default in its place would route the link otherwise.
            self._findings.problem(
                part.line, f"{name} is no IGP metric", shown(part.data[name]), _METRIC_WORDS
            )
            return None
        low, high = _LIMITS[quantity]
        if value is None or not low <= value * factor <= high:
            expected = f"a number from {low:g} to {high / factor:.10g}"
            self._findings.note(part.line, f"{name} is not used", shown(part.data[name]), expected)
            return None
        if quantity in _WHOLE and not value.is_integer():
            self._findings.note(part.line, f"{name} is not used", f"{value:g}", "a whole number")
            return None
        return value * factor


def _is_metric(word: str) -> bool:
    value, factor = split_value(Quantity.METRIC, word)
    return value is not None and factor is None and _fits_metric(value)


def _fits_metric(value: float) -> bool:
    low, high = _LIMITS[Quantity.METRIC]
    return low <= value <= high and value.is_integer()


_METRIC_WORDS = f"a whole number from {MIN_METRIC} to {MAX_LINK_METRIC} (RFC 5305 §3)"
_EXAMPLE = {
    Quantity.CAPACITY: "capacity_gbps",
    Quantity.JITTER: "jitter_us",
    Quantity.LOSS: "loss_percent",
}


def unread(names: Iterable[str], known: frozenset[str]) -> Counter[str]:
    """Names of attributes that nothing reads, and how many parts have each."""
    counts = Counter(names)
    return Counter({
        name: count for name, count in counts.items()
        if key_of(name) not in known and meaning_of(name) is None
    })  # fmt: skip
