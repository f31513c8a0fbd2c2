"""Replies that arrived and found no room in this host's socket: which of the lost they were.

A socket counts what it drops, and not of whom. So as many of the lost whose replies were due while
the count rose are said to have been dropped here, those first that are known to be lost on the way
back; never more than there are, as a socket also drops what is no reply.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome
from netkit.probe.agent.held import HeldProbes
from netkit.probe.agent.rows import Numbers
from netkit.stats.sample_arrays import OUTCOME_CODE

_ORDER = (OUTCOME_CODE[Outcome.LOST_BACKWARD], OUTCOME_CODE[Outcome.LOST])


def taken_from_dropped(
    fleet: HeldProbes, samples: NDArray[np.void], flows: Numbers, sent_ns: Numbers
) -> NDArray[np.bool_]:
    """Which of these samples are of replies that were dropped here."""
    found = np.zeros(len(samples), np.bool_)
    for overflow in fleet.overflows.waiting():
        timeout_ns = fleet.state["timeout_ns"][flows]
        while_rising = (sent_ns <= overflow.until_ns) & (sent_ns + timeout_ns >= overflow.from_ns)
        here = while_rising & (fleet.state["lane"][flows] == overflow.lane)
        for code in _ORDER:
            places = np.flatnonzero(here & ~found & (samples["outcome"] == code))[: overflow.count]
            found[places] = True
            overflow.count -= len(places)
    return found
