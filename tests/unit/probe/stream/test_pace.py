"""The rate that rounds of a trial show, against a stream that costs what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from netkit.probe.sender.config import SessionConfig
from netkit.probe.stream.pace import (
    LEAST_ROUNDS,
    PROMPT_NS,
    Limit,
    Pace,
    Round,
    held_per_second,
    pace_of,
)
from netkit.probe.stream.session import StreamSession
from netkit.probe.stream.window import STEP
from netkit.wire.arrays import SENDER
from netkit.wire.stamp import BASE_BYTES

US = 1000


@dataclass(frozen=True)
class Host:
    """What the parts of a round take, each of which ends with sending: by itself, and a probe."""

    sleep_us: float = 340
    around_us: tuple[float, float] = (60, 0.5)
    parts_us: tuple[tuple[float, float], ...] = ((60, 2.5), (80, 3.5), (40, 1.5))

    def round(self, probes: int, share: float = 1.0) -> Round:
        """A round of a trial; of the time there is it gets that share."""
        parts = [fixed + each * probes for fixed, each in self.parts_us]
        around = self.around_us[0] + self.around_us[1] * probes
        own_ns = round((around + sum(parts)) * US)
        return Round(
            probes, round(self.sleep_us * US), round(own_ns / share), own_ns,
            round(around * US), round(max(parts) * US),
        )  # fmt: skip

    def latest_ns(self, per_second: float, rounds: int = 400) -> float:
        """How late probes leave at that rate, once as many leave as fall due: the longest time
        between two turns to send."""
        now, turns, in_round = 0.0, [0.0], 0.0
        for _ in range(rounds):
            begun = now
            now += self.sleep_us + self.around_us[0] + self.around_us[1] * in_round
            turns.append(now)
            for fixed, each in self.parts_us:
                now += fixed + each * in_round
                turns.append(now)
            in_round = per_second * (now - begun) / 1e6
            if now - begun > 1e6:
                return float("inf")
        late = np.diff(turns)
        return float(late[len(late) // 2 :].max()) * US


HOSTS = [
    pytest.param(Host(), id="usual"),
    pytest.param(Host(around_us=(100, 1), parts_us=((150, 4), (200, 9), (50, 3))), id="slow"),
    pytest.param(Host(around_us=(60, 9)), id="held up around its sleep"),
]


def tried(host: Host, share: float = 1.0, sizes: tuple[int, int] = (16, 64)) -> list[Round]:
    return [host.round(size, share) for size in sizes for _ in range(LEAST_ROUNDS)]


@pytest.mark.parametrize("host", HOSTS)
def test_at_the_rate_named_probes_leave_on_time_and_far_above_not(host: Host) -> None:
    pace = pace_of(tried(host))
    assert pace is not None
    assert (pace.core_share, pace.limit) == (1.0, Limit.PROCESSOR)
    assert host.latest_ns(pace.per_second) <= PROMPT_NS
    assert host.latest_ns(pace.per_second * 1.3) > PROMPT_NS


def test_of_a_quick_host_no_more_is_said_than_a_round_can_have() -> None:
    quick = Host(sleep_us=300, around_us=(20, 0.1), parts_us=((5, 0.2), (5, 0.4), (5, 0.2)))
    pace = pace_of(tried(quick))
    assert pace is not None
    assert 200_000 < pace.per_second < 400_000
    assert quick.latest_ns(pace.per_second) <= PROMPT_NS


def test_a_host_too_slow_for_that_is_told_what_it_can_do() -> None:
    host = Host(around_us=(900, 1), parts_us=((900, 1), (900, 3)))
    pace = pace_of(tried(host))
    assert pace is not None
    assert pace.per_second > 0
    assert PROMPT_NS < host.latest_ns(pace.per_second) < 3 * PROMPT_NS


def test_what_others_take_is_taken_off() -> None:
    alone, shared = pace_of(tried(Host())), pace_of(tried(Host(), share=0.25))
    assert alone is not None
    assert shared is not None
    assert shared.core_share < 0.6
    assert shared.per_second == pytest.approx(alone.per_second * shared.core_share, rel=0.1)


def test_making_samples_is_part_of_the_work() -> None:
    rounds = tried(Host())
    pace = pace_of(rounds)
    slow = pace_of([*rounds, Round(*rounds[-1][:6], STEP, STEP * US * 9 // 10)])
    assert pace is not None
    assert slow is not None
    assert (slow.limit, slow.per_second < pace.per_second) == (Limit.PROCESSOR, True)


@pytest.mark.parametrize(("step_us", "within_ns"), [(900, PROMPT_NS), (3000, 3000 * US)])
def test_probes_leave_between_the_steps_in_which_samples_are_made(
    step_us: int, within_ns: int
) -> None:
    """They are as late as the longest of them, where it is longer than what else there is."""
    rounds = tried(Host())
    pace = pace_of([*rounds, Round(*rounds[-1][:6], STEP, 3000 * US, step_us * US)])
    assert pace is not None
    assert pace.limit is Limit.PROCESSOR
    assert Host().latest_ns(pace.per_second) <= within_ns
    assert Host().latest_ns(pace.per_second * 1.8) > within_ns


@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param([], id="none"),
        pytest.param([Host().round(16)] * 50, id="of one size"),
        pytest.param(tried(Host())[1:], id="one too few"),
    ],
)
def test_too_little_tells_nothing(rounds: list[Round]) -> None:
    assert pace_of(rounds) is None


def test_the_first_of_each_size_is_not_counted() -> None:
    rounds = tried(Host())
    for at in (0, LEAST_ROUNDS):
        rounds[at] = rounds[at]._replace(own_ns=10**9, work_ns=10**9, around_ns=10**9)
    assert pace_of(rounds) == pace_of(tried(Host()))


def test_sizes_too_close_to_tell_apart_give_a_rate_all_the_same() -> None:
    rounds = [one._replace(probes=16) for one in tried(Host())[-LEAST_ROUNDS:]]
    pace = pace_of([*rounds, *(Host().round(64) for _ in rounds)])
    assert pace is not None
    assert pace.per_second > 0


def test_no_more_are_kept_than_there_is_room_for() -> None:
    pace = Pace(60_000, 1.0)
    assert pace.within(60_000, Limit.TIMEOUT) is pace
    assert pace.within(20_000, Limit.TIMEOUT) == Pace(20_000, 1.0, Limit.TIMEOUT)
    assert held_per_second(1 << 18, 10**9) == 110_000
    assert held_per_second(1 << 18, 5 * 10**9) == 22_000


@pytest.mark.parametrize(("times", "waits"), [(1.0, False), (1.4, True)])
def test_at_the_rate_held_no_probe_waits_for_room(times: float, waits: bool) -> None:
    """None is answered, so that each is kept for its whole timeout."""
    window, timeout_ns, step_ns = 1 << 12, 10**8, 10**6
    rate = held_per_second(window, timeout_ns) * times
    config = SessionConfig(
        count=10**6, interval_ns=round(10**9 / rate), timeout_ns=timeout_ns,
        request_bytes=BASE_BYTES,
    )  # fmt: skip
    session = StreamSession(config, lambda _: None, window=window)
    session.begin(0)
    packets = np.zeros((256, BASE_BYTES), np.uint8).view(SENDER)[:, 0]
    for now_ns in range(0, 10 * timeout_ns, step_ns):
        session.next_requests(now_ns, 10**18 + now_ns, packets)
        session.settle(now_ns)
    due = session.due_ns(10 * timeout_ns)
    assert due is not None
    assert (due < 10 * timeout_ns - 2 * step_ns) is waits
