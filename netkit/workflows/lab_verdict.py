"""The verdict of the lab: on delays without what the emulation is known to have added.

The truth says how long each probe took from its first link to its last, and how long the links
were to hold it, with the variation and the queueing that the file asks of them: the difference is
the machine's and is taken off, probe by probe. Before its first link and after its last a probe
crosses the hosts of the lab. Nobody asked for a delay there either, but only its excess over the
fastest probe of the run is surely the machine's: a delay lies between what is left with that excess
and without it. Where a program took a stamp and not the kernel, as of the reply before one that was
lost, a delay is no longer than measured. Order statistics grow with every sample, so a quantile of
the true delays lies between those of the two ends, and only a bound between them leaves doubt.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.lab.truth.records import ProbeTruth
from netkit.model.network.topology import Topology
from netkit.model.units import ns_to_us, us_to_ns
from netkit.model.verdict import Verdict
from netkit.stats.delay import delay_figures
from netkit.stats.judgement import MIN_SAMPLES, judged

_NEVER_NS = 1 << 60


@dataclass(frozen=True, slots=True)
class CorrectedFigure:
    """What a direction is judged on, in µs: surely no less than ``least_us``, no more than
    ``most_us``; None where no probe has both a delay and a truth. ``count`` are the probes behind.
    """

    least_us: float | None
    most_us: float | None
    count: int

    @property
    def doubt_us(self) -> float:
        """How far the two are apart; 0 where nothing is known."""
        if self.least_us is None or self.most_us is None:
            return 0.0
        return self.most_us - self.least_us

    def verdict(self, bound_us: float) -> Verdict:
        """Against a bound: a breach only if even the least is over it, a pass only if the most
        is within."""
        if self.least_us is None or self.most_us is None:
            return Verdict.UNKNOWN
        if self.count < MIN_SAMPLES:
            return Verdict.INCONCLUSIVE
        if self.most_us <= bound_us:
            return Verdict.PASS
        return Verdict.BREACH if self.least_us > bound_us else Verdict.INCONCLUSIVE


Measured = tuple[int | None, ProbeTruth | None]
"""A delay in ns, and what is known of the probe."""


def corrected(
    topology: Topology, probes: Iterable[Measured], arrived: int, bounded: Iterable[Measured] = ()
) -> CorrectedFigure:
    """p99 of the delays of one direction, or their maximum where they are few, corrected.

    Delays of ``probes`` are exact, those of other ones in ``bounded`` no longer than that. Of the
    ``arrived`` probes those of which either figure is missing may have been as slow as can be: they
    count in ``most_us``, which is infinite where they decide it.
    """
    known = list(_spent(topology, probes))
    if not known:
        return CorrectedFigure(None, None, 0)
    rows = np.array([*known, *_spent(topology, bounded)], dtype=np.int64)
    in_hosts_ns, least_asked_ns, most_asked_ns = rows.T
    least_ns = least_asked_ns + in_hosts_ns[: len(known)].min()
    unknown = max(0, arrived - len(rows))
    whole_ns = np.append(most_asked_ns + in_hosts_ns, np.full(unknown, _NEVER_NS))
    most_us = _judged_us(whole_ns)
    if most_us is not None and most_us >= ns_to_us(_NEVER_NS):
        most_us = math.inf
    return CorrectedFigure(_judged_us(least_ns), most_us, len(rows))


def _spent(topology: Topology, probes: Iterable[Measured]) -> Iterator[tuple[int, int, int]]:
    """What each probe of which all is known spent in hosts; on links at least, and at most."""
    for delay_ns, truth in probes:
        if delay_ns is not None and truth is not None and truth.carried_ns is not None:
            yield delay_ns - truth.carried_ns, *asked_ns(topology, truth)


def asked_ns(topology: Topology, truth: ProbeTruth) -> tuple[int, int]:
    """What the links that a probe crossed were to hold it, together: at least, at most.

    Of a link whose record does not say (netem draws its own delay variation) it is the file's
    delay at least, and at most what it did hold; of a way that the file does not have, as back over
    a one-way link, nothing at least.
    """
    least_ns = most_ns = 0
    for hop in truth.hops:
        way = topology.adjacency.get((hop.link, hop.headend))
        file_ns = 0 if way is None else us_to_ns(way.delay_us)
        if hop.asked_ns is not None:
            least_ns, most_ns = least_ns + hop.asked_ns, most_ns + hop.asked_ns
        else:
            least_ns, most_ns = least_ns + file_ns, most_ns + max(file_ns, hop.held_ns or 0)
    return least_ns, most_ns


def _judged_us(delays_ns: NDArray[np.int64]) -> float | None:
    figures = delay_figures(delays_ns)
    return None if figures is None else ns_to_us(judged(figures)[1])
