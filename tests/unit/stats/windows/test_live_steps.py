"""Steps of clocks in windows of few samples, in a window's first ones, and after an outage."""

from __future__ import annotations

import numpy as np
import pytest

from netkit.model.measurement.sample import Outcome, StampSource
from netkit.model.measurement.window import RAN_APART, Window, WindowKey
from netkit.model.verdict import Verdict
from netkit.stats.judgement import MIN_SAMPLES
from netkit.stats.sample_arrays import OUTCOME_CODE, SAMPLES, SOURCE_CODE
from netkit.stats.windows.certified import certified_windows
from netkit.stats.windows.live import Ends, LiveWindow

MS, S = 1_000_000, 10**9
EPOCH_NS = 1_800_000_000 * S
KEY = WindowKey("mesh", "a", "a", "b", "be", EPOCH_NS, 60 * S)
FREE, HELD = Ends(), Ends(MS, None, 0, MS)


def rows_of(count: int, ahead_ns: dict[int, int], set_ns: int = 0, lost: int = 0) -> np.ndarray:
    """Ways of 5 ms; the reflector's clock is so far ahead from some probe on, this host's was set
    before them all, and the first ones are lost."""
    rows = np.zeros(count, SAMPLES)
    rows["sequence"] = np.arange(count)
    sent_ns = EPOCH_NS + np.arange(count) * S // 4
    there_ns = np.zeros(count, np.int64)
    for at, by_ns in ahead_ns.items():
        there_ns[at:] = by_ns
    rows["t1_ns"], rows["t4_ns"] = sent_ns, sent_ns + 10 * MS
    rows["t2_ns"] = rows["t3_ns"] = sent_ns + 5 * MS + there_ns
    for corner in (1, 2, 3, 4):
        rows[f"t{corner}_source"] = SOURCE_CODE[StampSource.KERNEL]
    rows["clock_set_ns"] = set_ns
    rows["outcome"] = OUTCOME_CODE[Outcome.RECEIVED]
    rows["outcome"][:lost] = OUTCOME_CODE[Outcome.LOST]
    return rows


def window(rows: np.ndarray, ends: Ends, live: LiveWindow | None = None) -> Window:
    live = live or LiveWindow()
    for start in range(0, len(rows), 17):
        live.add(rows[start : start + 17])
    return live.window(KEY, ends, bound_us=20_000)


@pytest.mark.parametrize(("count", "at"), [(20, 10), (60, 5), (60, 20), (60, 40)])
def test_a_step_shows_in_few_samples_and_among_the_first_ones(count: int, at: int) -> None:
    found = window(rows_of(count, {at: 37 * S}), FREE)
    assert found.reflector_clock.steps == 1
    (certified,) = certified_windows([found], lambda *_: MS).windows
    assert (certified.forward.certified_ns, certified.backward.certified_ns) == (None, None)
    assert Verdict.BREACH not in (certified.forward.verdict, certified.backward.verdict)


@pytest.mark.parametrize(("count", "lost"), [(20, 0), (60, 0), (20, 1), (60, 3)])
def test_a_flow_that_begins_after_the_clock_was_set_saw_no_step(count: int, lost: int) -> None:
    found = window(rows_of(count, {}, set_ns=5 * S, lost=lost), HELD)
    assert (found.forward.verdict, found.backward.verdict) == (Verdict.PASS, Verdict.PASS)


def test_nor_is_there_one_after_an_outage() -> None:
    """All of the window before was lost; the clock was set long before that."""
    before = LiveWindow()
    window(rows_of(80, {}, set_ns=5 * S, lost=80), HELD, live=before)
    rows = rows_of(140, {}, set_ns=5 * S)[80:]
    found = window(rows, HELD, live=LiveWindow(before.last))
    assert (found.forward.verdict, found.backward.verdict) == (Verdict.PASS, Verdict.PASS)


def test_one_within_an_outage_is_seen_after_it() -> None:
    before = LiveWindow()
    window(rows_of(80, {}, lost=80), HELD, live=before)
    rows = rows_of(140, {}, set_ns=5 * S)[80:]
    found = window(rows, HELD, live=LiveWindow(before.last))
    assert found.forward.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("count", [3, 5, 20, 31])
def test_waits_that_take_turns_are_no_step_of_few_samples(count: int) -> None:
    """Probes wait 4 ms on their way there or on their way back, and the last one on both: the idle
    round trip does not show, and these look like a step of the reflector's clock."""
    rows = rows_of(count, {})
    there_ns = np.where(np.arange(count) >= count // 2, 4 * MS, 0)
    both_ns = np.full(count, 4 * MS)
    both_ns[-1] = 8 * MS
    rows["t4_ns"] += both_ns
    for corner in ("t2_ns", "t3_ns"):
        rows[corner] += there_ns
    ends = Ends(100_000, None, 0, 100_000)
    found = window(rows, ends)
    assert found.reflector_clock.steps == 0
    assert RAN_APART not in found.notes
    verdicts = {found.forward.verdict, found.backward.verdict}
    assert verdicts == {Verdict.INCONCLUSIVE if count < MIN_SAMPLES else Verdict.PASS}


@pytest.mark.parametrize(
    ("count", "step_ns"), [(3, 20 * MS), (5, -20 * MS), (10, -MS), (20, MS), (31, -MS), (31, MS)]
)
def test_a_step_that_no_waiting_looks_like_is_one_of_few_samples(count: int, step_ns: int) -> None:
    """Longer than a round trip, or of ten probes and more, than these differ."""
    assert window(rows_of(count, {count // 2: step_ns}), FREE).reflector_clock.steps == 1
