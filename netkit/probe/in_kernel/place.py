"""The two places in the kernel where frames can be answered, and what a program has to go by there.

TCX serves any Ethernet interface. XDP comes before it, where the driver hands a frame over: a
program there has nothing but the frame and the number of the interface, and no helper for sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netkit.bpf.helpers import TCX_DROP, TCX_NEXT, XDP_DROP, XDP_PASS
from netkit.bpf.program import SCHED_CLS, XDP_PROGRAM, Hook


@dataclass(frozen=True, slots=True)
class Place:
    """``data`` and ``data_end`` are offsets in the context; ``go_on`` and ``drop`` verdicts."""

    name: str
    program_type: int
    hook: Hook
    link_flags: int
    data: int
    data_end: int
    go_on: int
    drop: int


_DRIVER_MODE: Final = 4
"""``XDP_FLAGS_DRV_MODE``: by the driver or not at all; what is left then is sooner done by TCX."""

TCX = Place("TCX", SCHED_CLS, Hook.TCX_INGRESS, 0, 76, 80, TCX_NEXT, TCX_DROP)
XDP = Place("XDP", XDP_PROGRAM, Hook.XDP, _DRIVER_MODE, 0, 4, XDP_PASS, XDP_DROP)
