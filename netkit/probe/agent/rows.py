"""What is known of the latest probes of every flow: rings of rows, one beside the other.

The rows of flow f are at ``base[f] + (sequence & mask[f])``; a ring is a power of two, at least
four times what is under way. Beside each ring is one by the reflector's numbers, in which a number
and the kernel's T3 of it meet, whichever comes first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.campaign import CampaignFlow
from netkit.model.units import NS_PER_S
from netkit.probe.agent.flow import AgentFlow
from netkit.probe.stream.rows import ROWS as PROBE
from netkit.stats.sample_arrays import UNKNOWN

Numbers = NDArray[np.int64]

ROWS = np.dtype([*PROBE.descr, ("turn", np.int64), ("told_ns", np.int64), ("told_source", "u1")])
"""A probe as a stream keeps it, the window that it was sent in, and the kernel's T3 once told."""

NUMBERS = np.dtype(
    [
        ("given", np.int64),
        ("given_to", np.int64),
        ("given_ns", np.int64),
        ("told", np.int64),
        ("told_ns", np.int64),
        ("told_source", "u1"),
        ("told_twice", np.bool_),
    ]
)
"""By reply number: the number ``given`` to which probe, with the program's T3; and the number of
which the kernel's T3 was ``told``, ``told_twice`` if that of another reply was before."""

FLOWS = np.dtype(
    [
        ("base", np.int64),
        ("mask", np.int64),
        ("end", np.int64),
        ("decided", np.int64),
        ("last_answered", np.int64),
        ("stateful", np.bool_),
        ("next_ns", np.int64),
        ("interval_ns", np.int64),
        ("timeout_ns", np.int64),
        ("settle_ns", np.int64),
        ("lane", np.int64),
        ("length", np.int64),
        ("begun", np.int64),
        ("bound_ns", np.float64),
        ("sync_in", np.int64),
    ]
)
"""A flow: its place, how far it is sent and decided, its times; ``length`` is the index of its
window length, ``begun`` the window that it began in, ``bound_ns`` the worst that its reflector has
said of its clock since that was asked last, and ``sync_in`` what holds it."""

SETTLE_NS = NS_PER_S
"""So often, at least, probes are decided."""

WAIT_NS = 30 * NS_PER_S
"""So much longer one waits of which nothing has been heard."""

_SPARE, _LEAST = 4, 64
_INTERVALS = 3


def settle_ns(flow: AgentFlow | CampaignFlow) -> int:
    """How long after it was sent a probe is decided: two timeouts, and three intervals, so that the
    answers around it can tell which way it was lost, and when the kernel sent its own."""
    return 2 * flow.timeout_ns + _INTERVALS * flow.interval_ns


def ring_size(flow: AgentFlow) -> int:
    """The rows of a flow: a power of two."""
    under_way = (settle_ns(flow) + SETTLE_NS) // flow.interval_ns + 2
    return max(_LEAST, 1 << int(_SPARE * under_way - 1).bit_length())


def new_flows(flows: list[AgentFlow], base: int, lengths: list[int]) -> NDArray[np.void]:
    """FLOWS of these, their rings from ``base`` on; nothing is scheduled yet."""
    made = np.zeros(len(flows), FLOWS)
    sizes = np.array([ring_size(flow) for flow in flows], np.int64)
    made["base"] = base + np.cumsum(sizes) - sizes
    made["mask"] = sizes - 1
    made["last_answered"] = -1
    for name in ("interval_ns", "timeout_ns"):
        made[name] = [getattr(flow, name) for flow in flows]
    made["settle_ns"] = [settle_ns(flow) for flow in flows]
    made["length"] = [lengths.index(flow.window_ns) for flow in flows]
    made["bound_ns"] = -np.inf
    made["sync_in"] = UNKNOWN
    return made


def new_numbers(count: int) -> NDArray[np.void]:
    """So many NUMBERS that hold nothing."""
    made = np.zeros(count, NUMBERS)
    for name in ("given", "given_ns", "told", "told_ns"):
        made[name] = UNKNOWN
    return made


def is_open(rows: NDArray[np.void], places: Numbers) -> NDArray[np.bool_]:
    """Whether nothing has been heard of the probes at these places."""
    return np.asarray(
        (rows["answers"][places] == 0) & ~rows["refused"][places] & ~rows["not_sent"][places]
    )


def ranges(starts: Numbers, counts: Numbers) -> Numbers:
    """``starts[0]``, ``starts[0] + 1``, … ``counts[0]`` of them, then those of ``starts[1]``."""
    before = np.cumsum(counts) - counts
    return np.asarray(np.arange(int(counts.sum())) + np.repeat(starts - before, counts))
