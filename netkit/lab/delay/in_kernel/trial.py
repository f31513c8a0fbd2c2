"""Whether this kernel holds frames by HTB as long as asked, and tells it by BPF."""

from __future__ import annotations

import threading
from typing import Final

from netkit.errors import LabError
from netkit.lab.blueprint import WIRE_NAME
from netkit.lab.delay.in_kernel.backend import calibrate, start_lines
from netkit.lab.delay.own_cable import CALIBRATION, DELAY_US, PROBES, lay_lines
from netkit.lab.delay.trials import Trial, in_scratch_namespace
from netkit.lab.kernel.netns import Namespace
from netkit.model.units import NS_PER_MS

ENOUGH_NS: Final = NS_PER_MS
"""A machine that is busy with something else may be late, a kernel that does not delay is not."""


def try_htb() -> Trial:
    """Whether probes leave a line of 2 ms on time, at the median."""
    outcome = in_scratch_namespace(_median_late_ns)
    if isinstance(outcome, str):
        return Trial(False, outcome)
    detail = f"{PROBES} probes over {DELAY_US} µs: {outcome / 1000:+.1f} µs at the median"
    return Trial(abs(outcome) < ENOUGH_NS, detail)


def _median_late_ns() -> int:
    here = Namespace(threading.get_native_id(), "the trial")
    namespaces = {WIRE_NAME: here}
    try:
        lay_lines((), namespaces)
        lines = start_lines([CALIBRATION], namespaces)
        try:
            return calibrate(lines, here, ()).residual_p50_ns or 0
        finally:
            lines.close()
    except LabError as error:
        raise OSError(str(error)) from error
    finally:
        here.close()
