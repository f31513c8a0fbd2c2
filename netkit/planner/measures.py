"""What adds up along a path: one figure an arc, whichever is minimised, limited or reported."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from netkit.errors import InputError, Problem
from netkit.model.demand import Constraints, Metric
from netkit.model.elements import Adjacency
from netkit.model.units import log_loss, log_loss_limit

_SHOWN = 20


class Measure(StrEnum):
    """``METRIC`` is what the IGP routes by; ``LOSS`` is counted as :func:`log_loss`."""

    METRIC = "metric"
    DELAY = "delay"
    HOPS = "hops"
    JITTER = "jitter"
    LOSS = "loss"
    TE = "te"
    COST = "cost"


class Limit(NamedTuple):
    """No branch may add up to more than ``most`` of ``measure``."""

    measure: Measure
    most: int


MINIMISED = MappingProxyType(
    {
        Metric.IGP: Measure.METRIC,
        Metric.TE: Measure.TE,
        Metric.DELAY: Measure.DELAY,
        Metric.HOPS: Measure.HOPS,
        Metric.COST: Measure.COST,
    }
)


def limits(asked: Constraints) -> tuple[Limit, ...]:
    """The limits that a demand has beside its bound on delay."""
    loss = None if asked.max_loss_ppb is None else log_loss_limit(asked.max_loss_ppb)
    most = (
        (Measure.HOPS, asked.max_hops),
        (Measure.JITTER, asked.max_jitter_us),
        (Measure.LOSS, loss),
    )
    return tuple(Limit(measure, value) for measure, value in most if value is not None)


def figure(arc: Adjacency, measure: Measure) -> float:
    """What crossing ``arc`` adds; infinite where nobody has stated it, so that nothing is promised.

    Without a TE metric of its own a link has its IGP metric.
    """
    stated = _STATED[measure](arc)
    return math.inf if stated is None else stated


_STATED: MappingProxyType[Measure, Callable[[Adjacency], int | None]] = MappingProxyType(
    {
        Measure.METRIC: lambda arc: arc.metric,
        Measure.DELAY: lambda arc: arc.delay_us,
        Measure.HOPS: lambda _: 1,
        Measure.JITTER: lambda arc: arc.jitter_us,
        Measure.LOSS: lambda arc: None if arc.loss_ppb is None else log_loss(arc.loss_ppb),
        Measure.TE: lambda arc: arc.metric if arc.te_metric is None else arc.te_metric,
        Measure.COST: lambda arc: arc.cost,
    }
)


def check_costs(arcs: Iterable[Adjacency], topology: str) -> None:
    """Refuse to minimise what nobody has stated.

    Raises :class:`~netkit.errors.InputError` with the links that state no cost.
    """
    without = sorted({arc.link_id for arc in arcs if arc.cost is None})
    if without:
        shown = [
            Problem(topology, None, f"link {link} states no cost, which is to be minimised",
                    remedy="Give it one, or the file a default")
            for link in without[:_SHOWN]
        ]  # fmt: skip
        raise InputError(shown, len(without) - len(shown))
