"""What adds up along a path: one figure an arc, whichever is minimised, limited or reported."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from netkit.model.network.elements import Adjacency
from netkit.model.planning.demand import Constraints, Metric
from netkit.model.units import log_loss, log_loss_limit


class PathMetric(StrEnum):
    """``METRIC`` is what the IGP routes by; ``LOSS`` is counted as :func:`log_loss`."""

    METRIC = "metric"
    DELAY = "delay"
    HOPS = "hops"
    JITTER = "jitter"
    LOSS = "loss"
    TE = "te"
    COST = "cost"


class MetricBound(NamedTuple):
    """No branch may add up to more than ``most`` of ``metric``."""

    metric: PathMetric
    most: int


MINIMISED = MappingProxyType(
    {
        Metric.IGP: PathMetric.METRIC,
        Metric.TE: PathMetric.TE,
        Metric.DELAY: PathMetric.DELAY,
        Metric.HOPS: PathMetric.HOPS,
        Metric.COST: PathMetric.COST,
    }
)


def limits(asked: Constraints) -> tuple[MetricBound, ...]:
    """The limits that a demand has beside its bound on delay.

    >>> limits(Constraints(max_hops=4))
    (MetricBound(metric=<PathMetric.HOPS: 'hops'>, most=4),)
    """
    loss = None if asked.max_loss_ppb is None else log_loss_limit(asked.max_loss_ppb)
    most = (
        (PathMetric.HOPS, asked.max_hops),
        (PathMetric.JITTER, asked.max_jitter_us),
        (PathMetric.LOSS, loss),
    )
    return tuple(MetricBound(metric, value) for metric, value in most if value is not None)


def arc_metric(arc: Adjacency, metric: PathMetric) -> float:
    """What crossing ``arc`` adds; infinite where nobody has stated it, so that nothing is promised.

    Without a TE metric of its own a link has its IGP metric.
    """
    stated = _STATED[metric](arc)
    return math.inf if stated is None else stated


_STATED: MappingProxyType[PathMetric, Callable[[Adjacency], int | None]] = MappingProxyType(
    {
        PathMetric.METRIC: lambda arc: arc.metric,
        PathMetric.DELAY: lambda arc: arc.delay_us,
        PathMetric.HOPS: lambda _: 1,
        PathMetric.JITTER: lambda arc: arc.jitter_us,
        PathMetric.LOSS: lambda arc: None if arc.loss_ppb is None else log_loss(arc.loss_ppb),
        PathMetric.TE: lambda arc: arc.metric if arc.te_metric is None else arc.te_metric,
        PathMetric.COST: lambda arc: arc.cost,
    }
)
