"""What is asked of the network: demands with their bounds, constraints and bandwidth.

All delays are one-way, in whole µs.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from netkit.errors import InputError
from netkit.model.units import US_PER_MS, ms_to_us


class Metric(StrEnum):
    """What paths and lists minimise within their bounds."""

    IGP = "igp"
    TE = "te"
    DELAY = "delay"
    HOPS = "hops"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Constraints:
    """What paths and lists must keep beside the bound, on every branch; nothing by default.

    Links: at least one of the admin groups ``include_any``, all of ``include_all``, none of
    ``exclude_any`` (RFC 9256 §2.2, RFC 3209 §4.7.4), none of the risks ``exclude_srlgs``. Nodes
    between the ends: none of ``exclude_nodes``, of ``exclude_operators``, or with a hub or a place
    in ``avoid_regions``. At most ``max_hops`` links, ``max_jitter_us`` of delay variation and
    ``max_loss_ppb`` of packets lost in all, where a link that does not state its own cannot serve.
    ``waypoints`` are visited in this order; primary and backup may share them like the ends.
    ``metric`` is what is minimised.
    """

    max_hops: int | None = None
    max_jitter_us: int | None = None
    max_loss_ppb: int | None = None
    include_any: frozenset[str] = frozenset()
    include_all: frozenset[str] = frozenset()
    exclude_any: frozenset[str] = frozenset()
    exclude_srlgs: frozenset[str] = frozenset()
    exclude_nodes: frozenset[str] = frozenset()
    exclude_operators: frozenset[str] = frozenset()
    avoid_regions: frozenset[str] = frozenset()
    waypoints: tuple[str, ...] = ()
    metric: Metric = Metric.IGP

    @property
    def given(self) -> dict[str, Any]:
        """Only what is asked for, by field."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value not in _NOT_ASKED}

    def without(self, name: str) -> Constraints:
        """The same with one field given up."""
        return Constraints(**{key: value for key, value in self.given.items() if key != name})


_NOT_ASKED: tuple[object, ...] = (None, frozenset(), (), Metric.IGP)


LOWEST_PRIORITY = 7
"""Priorities are 0, which reserves first, to 7: setup priorities of RFC 3209 §4.7.1."""


MOST_BOUND_US = 10**18
"""Delays of paths have 64 bits, and a plan.json has a bound in milliseconds, which come back."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Traffic from ``src`` to ``dst`` that must keep one-way delay at or under ``bound_us``, and
    ``constraints``, all on every ECMP branch.

    ``bandwidth_bps`` is reserved on whatever any branch may cross; None reserves nothing. ``color``
    is that of its policy, 1 to 2^31 - 1; None is the bound in µs.
    """

    src: str
    dst: str
    bound_us: int
    tier: str = ""
    constraints: Constraints = Constraints()
    bandwidth_bps: int | None = None
    priority: int = LOWEST_PRIORITY
    color: int | None = None


def bound_us_of(bound_ms: float) -> int:
    """A bound of a program's own, stated in milliseconds; raises InputError for one that none is.

    >>> bound_us_of(1.5)
    1500
    """
    most_ms = MOST_BOUND_US // US_PER_MS
    if not 0 <= bound_ms <= most_ms:  # which NaN is not either
        expected = f"0 to {most_ms} milliseconds"
        raise InputError.argument("bound_ms", value=bound_ms, expected=expected)
    return ms_to_us(bound_ms)
