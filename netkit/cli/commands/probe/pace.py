"""What is said of a fast run before it starts, where this host will not keep up with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from netkit.model.units import MS_PER_S

if TYPE_CHECKING:
    from netkit.probe.run.send_options import SendOptions
    from netkit.probe.stream.pace import Pace

_ALONE = 0.8
"""With less of a processor than this others are to be told of."""


def tell_pace(options: SendOptions, pace: Pace) -> None:
    """A line on stderr if more is asked for than ``pace``, also where nobody looks."""
    line = pace_line(options, pace)
    if line is not None:
        typer.echo(f"netkit: {line}", err=True)


def pace_line(options: SendOptions, pace: Pace) -> str | None:
    """What is asked for, what this host keeps up with, and what helps; None where it does."""
    from netkit.probe.sender.request import MIN_REQUEST_BYTES
    from netkit.probe.stream.pace import Limit
    from netkit.wire.stamp import BASE_BYTES

    asked, size = MS_PER_S / options.interval_ms, options.request_bytes or MIN_REQUEST_BYTES
    if asked <= pace.per_second:
        return None
    why, helps = "", ["a longer --interval"]
    if pace.limit is Limit.TIMEOUT:
        why = f", each kept for a --timeout of {options.timeout_ms:g} ms"
        helps.append("a shorter --timeout")
    else:
        if pace.core_share < _ALONE:
            why = f", with {pace.core_share:.0%} of a processor, which others use now"
        if size > BASE_BYTES:
            helps.append(f"--size {BASE_BYTES}")
    return (
        f"this host keeps up with about {pace.per_second:,} probes of {size} bytes a second{why};"
        f" {asked:,.0f} are asked for, so they will leave late. What helps: {', or '.join(helps)}"
    )
