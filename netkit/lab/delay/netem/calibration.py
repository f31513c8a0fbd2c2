"""Probes over a cable of the wire's own: by how much netem sends later than it was asked to."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from netkit.lab.blueprint import Cable
from netkit.lab.delay.calibration import CalibrationResult, quantile_ns
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.delay.netem.batch import carry_batch, shape_batch
from netkit.lab.delay.own_cable import (
    CALIBRATION,
    DELAY_US,
    PATIENCE_NS,
    PROBES,
    SPACING_S,
    none_left,
    send_probes,
)
from netkit.lab.kernel.af_packet import open_packet_socket, receive_stamped
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.router_setup import cable_mtu
from netkit.lab.truth.probe_key import find_probe
from netkit.model.units import us_to_ns

TC_BATCH: Final = ("tc", "-batch", "-")
_ASKED = LineShape(us_to_ns(DELAY_US))


def calibrate(wire: Namespace, cables: Sequence[Cable]) -> CalibrationResult:
    """Find the least that netem adds, aim half of that earlier, and measure what is left.

    Half, as no frame is to leave before it is due, and another may find a shorter way still.
    """
    end, mtu = 2 * len(cables), cable_mtu(CALIBRATION)
    wire.batch(TC_BATCH, carry_batch([_ASKED, _ASKED], [mtu], first=end))
    advance_ns = max(0, min(_late_ns(wire, end))) // 2
    wire.batch(TC_BATCH, shape_batch(end, _ASKED, aimed(_ASKED, advance_ns), mtu))
    left_ns = _late_ns(wire, end)
    too_short = (c.id for c in cables if us_to_ns(min(c.delay_ab_us, c.delay_ba_us)) < advance_ns)
    return CalibrationResult(
        advance_ns, len(left_ns), quantile_ns(left_ns, 0.5), quantile_ns(left_ns, 0.99),
        tuple(too_short),
    )  # fmt: skip


def aimed(shape: LineShape, advance_ns: int) -> LineShape:
    """What to ask of netem for this shape; a delay shorter than the advance becomes none.

    >>> aimed(LineShape(5_000), 2_000).delay_ns, aimed(LineShape(1_000), 2_000).delay_ns
    (3000, 0)
    """
    return replace(shape, delay_ns=max(0, shape.delay_ns - advance_ns))


def _late_ns(wire: Namespace, end: int) -> list[int]:
    """By how much probes leave after they were due; they enter at ``end``."""
    came_ns: dict[bytes, int] = {}
    left_ns: dict[bytes, int] = {}
    with wire.entered():
        taps = open_packet_socket(outgoing=True)
    with taps:
        send_probes(wire)
        deadline_ns = time.monotonic_ns() + PATIENCE_NS
        while len(left_ns) < PROBES and time.monotonic_ns() < deadline_ns:
            _read(taps, {(f"w{end}", False): came_ns, (f"w{end ^ 1}", True): left_ns})
            time.sleep(SPACING_S)
    late_ns = [at - came_ns[key] - _ASKED.delay_ns for key, at in left_ns.items() if key in came_ns]
    if not late_ns:
        raise none_left()
    return late_ns


def _read(taps: socket.socket, seen_ns: dict[tuple[str, bool], dict[bytes, int]]) -> None:
    """When probes have passed, by interface and whether they went out there."""
    while (received := receive_stamped(taps)) is not None:
        times = seen_ns.get((received.interface, received.outgoing))
        key = None if times is None else find_probe(received.frame)
        if times is not None and key is not None:
            times[key] = received.arrival_ns
