"""Three weeks of hours in a store: a gap, a loss, a new path, a clock that was set, an alarm; and
a pair whose clocks bound nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from stored_windows import START_NS, direction

from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.window import ClockState, PathInForce, Window, WindowKey
from netkit.model.monitoring.alarm import Alarm, Subject, Way
from netkit.model.verdict import Verdict
from netkit.store.alarms.store import AlarmStore

HOUR_NS = 3_600_000_000_000
HOURS = 21 * 24
BEGIN_NS = START_NS - HOURS * HOUR_NS
GAP = range(200, 230)
LOSS = range(260, 266)
NEW_PATH, STEP, ALARM = 300, 120, 262
EVIL = "<img src=x onerror=alert(1)>"


def hour(
    number: int, src: str, dst: str, *, flow: str = "gold", bound: int | None = 21_000
) -> Window:
    """What the sender saw in an hour after BEGIN_NS: a day's rise and fall, a slower path later."""
    draw = np.random.default_rng(number)
    base = (
        20_000_000 + 150_000 * np.sin(number * np.pi / 12) + (400_000 if number >= NEW_PATH else 0)
    )
    lost = 6 if number in LOSS else 0
    there = (base + draw.exponential(80_000, 60 - lost)).astype(np.int64)
    back = (base + draw.exponential(60_000, 60 - lost)).astype(np.int64)
    key = WindowKey("daily", src, src, dst, flow, BEGIN_NS + number * HOUR_NS, HOUR_NS)
    verdict = Verdict.BREACH if number in LOSS else Verdict.PASS
    path = PathInForce("sha256:ab", f"{src}-{dst}-{2 if number >= NEW_PATH else 1}")
    return Window(
        key, {}, replace(direction(there, 60), verdict=verdict), direction(back, 60 - lost), None,
        ClockState(SyncSource.PTP, 20_000, 1 if number == STEP else 0),
        ClockState(SyncSource.GNSS, 30_000), path, bound, verdict,
    )  # fmt: skip


def clockless(one: Window) -> Window:
    """The same between clocks that bound nothing, one of them four seconds off."""
    off_ns = 4_000_000_000
    ways = (
        replace(way, delay=moved(way.delay, sign * off_ns), uncertainty_ns=None,
                certified_ns=(18_500_000, 20_900_000))
        for way, sign in ((one.forward, 1), (one.backward, -1))
    )  # fmt: skip
    forward, backward = ways
    return replace(one, forward=forward, backward=backward, sender_clock=ClockState(),
                   reflector_clock=ClockState())  # fmt: skip


def moved(counts, by_ns: int):
    """Counts of delays that are all so much more."""
    from netkit.stats.windows.counts import count_delays

    near = np.full(counts.count, counts.min_ns + by_ns, np.int64)
    return count_delays(near, counts.relative_error)


def fill(store, pairs=(("beijing", "shanghai"), ("chengdu", EVIL))) -> None:
    """All of it; the last pair is called as nobody should be."""
    numbers = [one for one in range(HOURS) if one not in GAP]
    for src, dst in pairs:
        store.add(hour(number, src, dst) for number in numbers)
    store.add(clockless(hour(number, "guangzhou", "xian")) for number in numbers)
    subject = Subject("daily", "loss", "beijing", "shanghai", "gold", Way.FORWARD)
    since_ns = BEGIN_NS + ALARM * HOUR_NS
    alarm = Alarm(subject.alarm_id(since_ns), subject, since_ns, since_ns + HOUR_NS, "{}")
    AlarmStore(store).record({}, [alarm], {alarm.id: since_ns + 4 * HOUR_NS}, [], since_ns)
