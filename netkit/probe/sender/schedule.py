"""When probes are sent: offsets from the start of a session, in ns, from a seed.

All streams begin at a random moment of the first interval, so that many sessions started together
do not send together and none falls into step with something periodic in the network.
"""

from __future__ import annotations

from random import Random


def periodic(count: int, interval_ns: int, seed: int) -> tuple[int, ...]:
    """One probe every ``interval_ns`` after a random start in [0, interval) (RFC 3432 §3)."""
    start_ns = Random(seed).randrange(interval_ns)  # noqa: S311 - spreads load, guards nothing
    return tuple(start_ns + number * interval_ns for number in range(count))


def poisson(count: int, interval_ns: int, seed: int) -> tuple[int, ...]:
    """Exponential gaps of mean ``interval_ns``: unbiased sampling (RFC 2330 §11.1.1)."""
    random = Random(seed)  # noqa: S311 - spreads load, guards nothing
    offsets, at_ns = [], 0.0
    for _ in range(count):
        at_ns += random.expovariate(1 / interval_ns)
        offsets.append(int(at_ns))
    return tuple(offsets)


def bursts(count: int, interval_ns: int, seed: int, size: int) -> tuple[int, ...]:
    """``size`` probes back to back every ``interval_ns`` after a random start.

    They meet each other in the queues of the path: what they show beyond single probes is how
    much it buffers.
    """
    starts = periodic(-(-count // size), interval_ns, seed)
    return tuple(start_ns for start_ns in starts for _ in range(size))[:count]
