"""The texts for ``tc -batch`` that delay, limit, cut and mend the lines of netem.

What comes in at end *e* of a cable in the wire's namespace is policed to a slow line's rate, which
loses what would queue too long, and redirected to ``w{e ^ 1}``, where netem loses, doubles, delays
and sends it, one frame after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from netkit.lab.blueprint import Cable
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.truth.cuts import CableCut
from netkit.model.units import NS_PER_S, NS_PER_US

QUEUE_FRAMES: Final = 100_000
"""Netem's own limit of 1000 frames would drop what a long fast link holds."""

NO_RATE_BPS: Final = 10**12
"""Netem keeps frames in order whose delays differ only with a rate: at this one none takes a
nanosecond."""

SLOW_BPS: Final = 10**10
"""Over a faster line a full frame takes less than 2 µs, and nothing here sends enough to queue: a
rate and a policer would only cost time."""

_HEADER_BYTES: Final = 18
"""Of Ethernet, with a VLAN's."""

_UNSEEN_BYTES: Final = 14
"""The header of Ethernet, which the kernel has taken off where frames enter. Netem counts it: of
small frames a policer that did not would let in more than leaves, without end."""

_CUT_ALL, _CUT_SOME, _POLICE, _CARRY = 1, 2, 3, 4
"""Preferences of the filters where frames enter: what they lose comes first."""


def carry_batch(shapes: Sequence[LineShape], mtus: Sequence[int], *, first: int = 0) -> str:
    """What enters at an end leaves by the other, when netem there lets it; ``shapes`` from end
    ``first`` on, ``mtus`` of their cables."""
    lines = []
    for end, shape in enumerate(shapes, first):
        lines += [
            f"qdisc add dev w{end ^ 1} root handle 1: {netem_of(shape)}",
            f"qdisc add dev w{end} clsact",
            *police_of(end, shape, mtus[(end - first) // 2]),
            f"filter add dev w{end} ingress pref {_CARRY} protocol all matchall "
            f"action mirred egress redirect dev w{end ^ 1}",
        ]
    return "\n".join(lines) + "\n"


def shape_batch(end: int, was: LineShape, shape: LineShape, mtu: int) -> str:
    """Change a line that runs; what it holds leaves when it was due."""
    lines = [
        *(f"filter del dev w{end} ingress pref {_POLICE}" for _ in police_of(end, was, mtu)),
        *police_of(end, shape, mtu),
        f"qdisc change dev w{end ^ 1} root {netem_of(shape, changes=True)}",
    ]
    return "\n".join(lines) + "\n"


def cut_batch(
    cables: Sequence[Cable], shapes: Sequence[LineShape], cuts: Iterable[CableCut], number: int
) -> Iterator[str]:
    """The lines that cut; ``number`` counts the cuts of a lab. A netem with a new handle takes the
    place of the one that holds frames, which are lost with it."""
    for end, mac in cuts:
        if mac is None:
            yield (
                f"filter add dev w{end} ingress pref {_CUT_ALL} protocol all matchall action drop\n"
            )
            handle = 2 + number % 0x7FFE
            yield f"qdisc replace dev w{end ^ 1} root handle {handle:x}: {netem_of(shapes[end])}\n"
            continue
        for at, match in _in_fabric(cables, end, mac):
            yield (
                f"filter add dev w{at} ingress pref {_CUT_SOME} protocol all flower {match} "
                "action drop\n"
            )


def mend_batch(cables: Sequence[Cable], cuts: set[CableCut]) -> Iterator[str]:
    """The lines that mend all of these cuts."""
    filters = {(end, _CUT_ALL) for end, mac in cuts if mac is None}
    for end, mac in cuts:
        if mac is not None:
            filters |= {(at, _CUT_SOME) for at, _ in _in_fabric(cables, end, mac)}
    for end, preference in sorted(filters):
        yield f"filter del dev w{end} ingress pref {preference}\n"


def netem_of(shape: LineShape, *, changes: bool = False) -> str:
    """The discipline that a line of this shape leaves by; ``changes``: what it holds already came
    under another shape.

    Raises:
        LabError: losses that cannot be.
    """
    # netem's variation is to both sides of a mean.
    half_ns = shape.jitter_ns // 2
    after_kept, after_lost = shape.losses()
    words = [f"netem limit {QUEUE_FRAMES} delay {_us(shape.delay_ns + half_ns)} {_us(half_ns)}"]
    if shape.loss and shape.loss_run is not None and shape.loss < 1:
        words.append(f"loss gemodel {_percent(after_kept)} {_percent(1 - after_lost)}")
    elif shape.loss:
        words.append(f"loss random {_percent(shape.loss)}")
    if shape.duplicate:
        words.append(f"duplicate {_percent(shape.duplicate)}")
    if changes or shape.jitter_ns or is_slow(shape):
        words.append(f"rate {shape.rate_bps or NO_RATE_BPS}bit")
    return " ".join(words)


def is_slow(shape: LineShape) -> bool:
    """Whether frames may queue before the line."""
    return shape.rate_bps is not None and shape.rate_bps < SLOW_BPS


def police_of(end: int, shape: LineShape, mtu: int) -> Iterator[str]:
    """The filter of a slow line: a token bucket as deep as the queue loses exactly what would wait
    longer than that; it has to hold the longest frame of its cable."""
    if shape.rate_bps is None or not is_slow(shape):
        return
    longest = mtu + _HEADER_BYTES
    queue = max(shape.rate_bps * shape.queue_ns // (8 * NS_PER_S), longest)
    yield (
        f"filter add dev w{end} ingress pref {_POLICE} protocol all matchall action police "
        f"rate {shape.rate_bps}bit burst {queue}b mtu {longest}b "
        f"overhead {_UNSEEN_BYTES} conform-exceed drop/continue"
    )


def _us(time_ns: int) -> str:
    """tc of iproute2 6.1 knows no nanoseconds."""
    return f"{time_ns / NS_PER_US:.3f}us"


def _percent(share: float) -> str:
    return f"{100 * share:.9f}%"


def _in_fabric(cables: Sequence[Cable], end: int, mac: str) -> Iterator[tuple[int, str]]:
    """Where to lose what enters a leg at ``end`` for the member with this address: at that end, and
    at the fabric's end of the other's leg."""
    yield end, f"dst_mac {_colons(mac)}"
    near = cables[end // 2].a.mac
    for index, cable in enumerate(cables):
        if cable.a.mac == _colons(mac):
            yield 2 * index + 1, f"src_mac {near}"


def _colons(mac: str) -> str:
    return ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))
