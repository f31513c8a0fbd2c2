"""What the attributes of edges are called, and what is told from the name alone.

Names are compared without case and separators, so that ``delay_ms``, ``Delay (ms)``, ``delayMs``
and ``delayms`` are one. A unit stands at the end of the name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from netkit.files.importers.graphs.values.units import UNITS, Quantity, counts_bytes, plain


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an attribute says. ``factor`` makes it µs, km, bit/s or percent; None where its name
    has no unit. ``rank`` is lower for what is to be preferred where an edge has several."""

    quantity: Quantity
    factor: float | None
    rank: int = 0


_NAMES = {
    Quantity.DELAY: "delay latency linkdelay linklatency onewaydelay unidirectionaldelay owd"
    " propagationdelay propdelay 时延 延迟 单向时延",
    Quantity.JITTER: "jitter delayvariation pdv ipdv 抖动",
    Quantity.LENGTH: "length distance dist linklength fibrelength fiberlength cablelength"
    " 长度 距离",
    Quantity.CAPACITY: "capacity bandwidth bw linkspeed speed datarate linkcapacity linkbandwidth"
    " maxbandwidth 带宽 容量",
    Quantity.LOSS: "loss packetloss lossrate linkloss 丢包率",
}
_METRICS = [
    "metric",
    "igpmetric",
    "isismetric",
    "ospfmetric",
    "igpcost",
    "isiscost",
    "ospfcost",
    "igpweight",
    "weight",
]
_FIXED = {
    "linkspeedraw": Meaning(Quantity.CAPACITY, 1.0, 1),
    "km": Meaning(Quantity.LENGTH, 1.0, 1),
    "miles": Meaning(Quantity.LENGTH, UNITS[Quantity.LENGTH]["miles"], 1),
    "temetric": Meaning(Quantity.TE_METRIC, 1.0),
    "cost": Meaning(Quantity.COST, 1.0),
    **{name: Meaning(Quantity.METRIC, 1.0, rank) for rank, name in enumerate(_METRICS)},
}
_BASES = {name: quantity for quantity, names in _NAMES.items() for name in names.split()}
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z\u00b5\u03bc]+|[0-9]+|%|[\u4e00-\u9fff]+")

GUESSED_METRIC = "weight"
"""A name that is a metric in most files and something else in others: so it is noted."""


def meaning_of(name: str) -> Meaning | None:
    """What an attribute of that name says; None for a name that netkit does not know."""
    tokens = [plain(token) for token in _TOKEN.findall(name)]
    whole = "".join(tokens)
    if whole in _FIXED:
        return _FIXED[whole]
    if whole in _BASES:
        return Meaning(_BASES[whole], None)
    if counts_bytes(name):
        return _ambiguous(whole)
    for count in (1, 2):
        base, unit = "".join(tokens[:-count]), "".join(tokens[-count:])
        factor = UNITS.get(_BASES[base], {}).get(unit) if base in _BASES else None
        if factor is not None:
            return Meaning(_BASES[base], factor)
    return _run_together(whole)


def _run_together(whole: str) -> Meaning | None:
    """``delayms``: a name and a unit of two letters or more without anything between."""
    for base, quantity in _BASES.items():
        unit = whole.removeprefix(base)
        if unit != whole and len(unit) > 1 and unit in UNITS[quantity]:
            return Meaning(quantity, UNITS[quantity][unit])
    return None


def _ambiguous(whole: str) -> Meaning | None:
    """Bandwidth that may be in bytes: a name without a unit that counts."""
    bases = [base for base in _NAMES[Quantity.CAPACITY].split() if whole.startswith(base)]
    return Meaning(Quantity.CAPACITY, None) if bases else None


def key_of(name: str) -> str:
    """The form in which names of other attributes are compared: ``Latitude``, ``latitude``."""
    return "".join(plain(token) for token in _TOKEN.findall(name)) or name.lower()
