"""Windows with figures of one's choice, as a store would hand them out."""

from __future__ import annotations

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import (
    ClockState,
    DelayCounts,
    DirectionWindow,
    Window,
    WindowKey,
)
from netkit.model.verdict import Verdict

MINUTE_NS = 60_000_000_000

ROW_TOPOLOGY = """\
netkit: topology/1
name: row
nodes:
  - {name: a, role: city, sid_index: 1}
  - {name: b, role: city, sid_index: 2}
  - {name: c, role: city, sid_index: 3}
  - {name: d, role: city, sid_index: 4}
links:
  - {id: a-b, a: a, b: b, delay_us: 1000}
  - {id: b-c, a: b, b: c, delay_us: 1000}
  - {id: c-d, a: c, b: d, delay_us: 1000}
"""


def delays(least_ns: int, mean_ns: int, count: int = 60) -> DelayCounts:
    """So many delays of this minimum and mean."""
    positive = ((1, count),)
    return DelayCounts(0.001, 0, positive, (), least_ns, 2 * mean_ns, mean_ns * count)


def one_way(
    least_ns: int,
    *,
    over_ns: int = 50_000,
    lost: int | None = 0,
    uncertainty_ns: int | None = 10_000,
    certified_ns: tuple[int, int] | None = None,
    verdict: Verdict = Verdict.PASS,
) -> DirectionWindow:
    """A direction of 60 probes."""
    return DirectionWindow(
        sent=60,
        received=None if lost is None else 60 - lost,
        lost=lost,
        delay=delays(least_ns, least_ns + over_ns),
        uncertainty_ns=uncertainty_ns,
        certified_ns=certified_ns,
        verdict=verdict,
    )


def window(
    minute: int,
    forward: DirectionWindow,
    backward: DirectionWindow,
    *,
    src: str = "a",
    dst: str = "b",
    observer: str | None = None,
    steps: int = 0,
    verdict: Verdict = Verdict.PASS,
    lost: int = 0,
) -> Window:
    """A minute of the flow ``main``; the round trip is the sum of the least delays."""
    there, back = forward.delay, backward.delay
    assert there is not None
    assert back is not None
    assert there.min_ns is not None
    assert back.min_ns is not None
    trip_ns = there.min_ns + back.min_ns
    return Window(
        WindowKey("watch", observer or src, src, dst, "main", minute * MINUTE_NS, MINUTE_NS),
        outcomes={Outcome.RECEIVED: 60 - lost, Outcome.LOST: lost},
        forward=forward,
        backward=backward,
        round_trip=delays(trip_ns, trip_ns + 100_000),
        sender_clock=ClockState(steps=steps),
        verdict=verdict,
    )
