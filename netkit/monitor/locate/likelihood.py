"""How likely what was seen of each flow is, if links change by so much.

Delays and jitter are normal about the sum of the changes on the way, losses Poisson about packets
times rate. What was seen of a flow may also, rarely, have a cause of its own that is no link, such
as a busy host: then it may be anything of the size that changes have here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from netkit.monitor.locate.branches import Floats, Integers
from netkit.monitor.locate.evidence import Evidence, LossCount, Shift

_TINY = 1e-9
_LOG_2_PI = math.log(2 * math.pi)


class Seen(Protocol):
    """What was seen of f flows: ``value`` (f,) of each, with ``sigma`` (f,)."""

    value: Floats
    sigma: Floats

    def log_likelihood(self, rows: Integers, change: Floats) -> Floats:
        """Of flows ``rows`` if links add ``change`` to each; both (b,)."""

    def information(self, rows: Integers, change: Floats) -> Floats:
        """What one observation says about ``change`` (b,): one over its variance there."""

    def log_otherwise(self, scale: float) -> Floats:
        """Of each flow (f,) if something that is no link changed it by about ``scale``."""


def seen_of(known: Sequence[Evidence], relative_error: float, dispersion: float) -> Seen:
    """``relative_error`` is by what share of a change links may fail to change all flows alike;
    ``dispersion`` how much more losses vary than independent ones."""
    shifts = [one.seen for one in known if isinstance(one.seen, Shift)]
    counts = [one.seen for one in known if isinstance(one.seen, LossCount)]
    if shifts and counts:
        raise ValueError("evidence of delays and of losses is not one quantity")
    return Losses(counts, relative_error, dispersion) if counts else Shifts(shifts, relative_error)


class Shifts:
    """Delays or jitter, in ns."""

    def __init__(self, seen: Sequence[Shift], relative_error: float) -> None:
        self.value = np.array([one.value for one in seen], dtype=np.float64)
        stated = np.array([one.sigma for one in seen], dtype=np.float64)
        self.sigma = np.hypot(stated, relative_error * self.value)

    def log_likelihood(self, rows: Integers, change: Floats) -> Floats:
        """Normal."""
        return _log_normal(self.value[rows] - change, self.sigma[rows])

    def information(self, rows: Integers, change: Floats) -> Floats:
        """The same at any change."""
        del change
        return np.asarray(1 / self.sigma[rows] ** 2)

    def log_otherwise(self, scale: float) -> Floats:
        """Normal, and as wide as changes are."""
        return _log_normal(self.value, np.hypot(self.sigma, scale))


class Losses:
    """Counts of probes that were lost.

    Bursts make losses vary more than independent ones would: the likelihood is flatter by the
    dispersion (McCullagh and Nelder, Generalized Linear Models, 9.2).
    """

    def __init__(self, seen: Sequence[LossCount], relative_error: float, dispersion: float) -> None:
        self.value = np.array([one.value for one in seen], dtype=np.float64)
        self._packets = np.array([one.sent for one in seen], dtype=np.float64)
        self._lost = np.array([one.lost for one in seen], dtype=np.float64)
        self._usual = np.array([-math.log1p(-one.usual) for one in seen], dtype=np.float64)
        factorials = [math.lgamma(one.lost + 1) for one in seen]
        self._log_factorial = np.array(factorials, dtype=np.float64)
        self._dispersion = dispersion
        spread = np.sqrt(dispersion * (self._lost + 1)) / self._packets
        self.sigma = np.hypot(spread, relative_error * self.value)

    def log_likelihood(self, rows: Integers, change: Floats) -> Floats:
        """Poisson; a link that wins back what others lose is not thought of."""
        mean = self._packets[rows] * _rate(self._usual[rows] + change)
        fit = self._lost[rows] * np.log(mean) - mean - self._log_factorial[rows]
        return np.asarray(fit / self._dispersion)

    def information(self, rows: Integers, change: Floats) -> Floats:
        """More where less is lost, but no more than half a packet tells."""
        rate = np.maximum(_rate(self._usual[rows] + change), 0.5 / self._packets[rows])
        return np.asarray(self._packets[rows] / (self._dispersion * rate))

    def log_otherwise(self, scale: float) -> Floats:
        """Exponential about the mean that such a loss would have."""
        mean = 1 + self._packets * (scale + self._usual)
        return np.asarray(-np.log(mean) - self._lost / mean)


def _log_normal(off: Floats, sigma: Floats) -> Floats:
    return np.asarray(-0.5 * ((off / sigma) ** 2 + _LOG_2_PI) - np.log(sigma))


def _rate(hazard: Floats) -> Floats:
    """The share that is lost; never none, for nothing is never lost for certain."""
    return np.maximum(-np.expm1(-np.maximum(hazard, _TINY)), _TINY)
