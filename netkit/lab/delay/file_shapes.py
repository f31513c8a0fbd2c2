"""What the topology file asks of each line of a lab."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.lab.blueprint import Cable
from netkit.lab.delay.line_shape import LineShape
from netkit.model.units import PPB, us_to_ns


def file_shapes(cables: Sequence[Cable]) -> list[LineShape]:
    """What the file asks of each line, by the number of its end."""
    return [
        LineShape(
            us_to_ns(delay_us), us_to_ns(jitter_us or 0), cable.capacity_bps,
            loss=(loss_ppb or 0) / PPB,
        )
        for cable in cables
        for delay_us, jitter_us, loss_ppb in (
            (cable.delay_ab_us, cable.jitter_ab_us, cable.loss_ab_ppb),
            (cable.delay_ba_us, cable.jitter_ba_us, cable.loss_ba_ppb),
        )
    ]  # fmt: skip
