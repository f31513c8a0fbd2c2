"""Steps that senders saw are taken out of the stamps of their host's reflector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.sample_row import Row
from netkit.stats.clocks.clock_readings import passages_of
from netkit.stats.clocks.own_steps import as_if_not_set

MS = 1_000_000
EPOCH_NS = 1_700_000_000_000 * MS
DELAY_NS = 3 * MS
STEP_AT_NS, STEP_NS = 500 * MS, -200 * MS


def stamp(time_ns: int) -> Stamp:
    return Stamp(EPOCH_NS + time_ns, StampSource.KERNEL)


def set_by(now_ns: int) -> int:
    return STEP_NS if now_ns >= STEP_AT_NS else 0


def sent_by_x(times_ms: Iterable[int], base_ns: int = 0) -> list[Row]:
    """Probes of x, whose clock is set at 500 ms, to y, which is right."""
    found: list[Row] = []
    for number, ms in enumerate(times_ms):
        now_ns = ms * MS
        t1, t4 = (stamp(at + set_by(at)) for at in (now_ns, now_ns + 2 * DELAY_NS))
        far = stamp(now_ns + DELAY_NS)
        known_ns = set_by(now_ns) - base_ns
        sample = Sample(number, Outcome.RECEIVED, t1, far, far, t4, clock_set_ns=known_ns)
        found.append(("x", "y", sample))
    return found


def answered_by_x(times_ms: Iterable[int]) -> list[Row]:
    found: list[Row] = []
    for number, ms in enumerate(times_ms):
        now_ns = ms * MS
        at_x = stamp(now_ns + DELAY_NS + set_by(now_ns + DELAY_NS))
        t1, t4 = stamp(now_ns), stamp(now_ns + 2 * DELAY_NS)
        found.append(("y", "x", Sample(number, Outcome.RECEIVED, t1, at_x, at_x, t4)))
    return found


def forward_ns(rows: Iterable[Row]) -> list[int | None]:
    return [sample.forward_owd_ns for src, _, sample in rows if src == "y"]


def test_stamps_between_probes_that_knew_the_same_are_as_if_not_set() -> None:
    rows = sent_by_x(range(0, 1000, 50)) + answered_by_x((20, 110, 430, 720, 910))
    found, unsure = as_if_not_set(rows)
    assert not unsure
    # 110 and 430: what the clock showed then it showed again after it was set back.
    assert forward_ns(found) == [DELAY_NS, DELAY_NS, None, DELAY_NS, DELAY_NS]


def test_a_clock_that_nobody_saw_being_set_is_left_alone() -> None:
    rows = sent_by_x(range(0, 400, 50)) + answered_by_x((20, 720))
    assert as_if_not_set(rows) == (rows, frozenset())


def test_of_a_step_before_the_first_probe_nothing_is_known() -> None:
    found, unsure = as_if_not_set(
        sent_by_x(range(600, 900, 50)) + answered_by_x((20, 510, 720, 840))
    )
    assert not unsure
    # Its senders began on a watch that had seen the step; the clock shows 523 ms twice.
    assert forward_ns(found) == [None, None, None, DELAY_NS]


def test_senders_that_count_from_different_moments_make_a_site_uncertain() -> None:
    late = [("x", "z", sample) for _, _, sample in sent_by_x(range(610, 900, 40), base_ns=STEP_NS)]
    rows = sent_by_x(range(0, 1000, 50)) + late + answered_by_x((20, 720))
    assert as_if_not_set(rows)[1] == {"x"}
    passages = passages_of(rows)
    assert {way for way, one in passages.items() if one.broken} == set(passages)


def test_a_stamp_that_lies_is_not_placed_where_the_other_of_its_probe_cannot_be() -> None:
    """T2 an hour late, as if by the clock after it was set; T3 shows a time that came twice. Alone
    T2 would be a delay that nothing refutes."""
    ((src, dst, true),) = answered_by_x([430])
    lying = replace(true, t2=stamp(3_600_000 * MS))
    found, _ = as_if_not_set([*sent_by_x(range(0, 1000, 50)), (src, dst, lying)])
    assert (found[-1][2].t2, found[-1][2].t3) == (None, None)
