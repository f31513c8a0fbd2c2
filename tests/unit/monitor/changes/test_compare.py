"""What is said of flows whose windows are known."""

from __future__ import annotations

from watched_windows import one_way, window

from netkit.model.measurement.window import DirectionWindow, Window
from netkit.model.monitoring.alarm import Way
from netkit.monitor.changes.compare import FlowChange, Why, by_flow, compare
from netkit.monitor.locate.evidence import LossCount, Quantity, Shift, Statement


def changes(
    before: list[Window], now: list[Window], quantity: Quantity = Quantity.DELAY
) -> dict[Way, FlowChange]:
    return {one.way: one for one in compare(by_flow(before), by_flow(now), quantity)}


def minutes(first: int, last: int, forward: DirectionWindow, **more: int) -> list[Window]:
    return [
        window(n, forward, one_way(9_000_000 + 500 * (n % 3)), **more) for n in range(first, last)
    ]


BEFORE = minutes(0, 30, one_way(10_000_000))


def test_one_direction_is_slower() -> None:
    found = changes(BEFORE, minutes(30, 35, one_way(12_000_000)))
    assert found[Way.FORWARD].statement is Statement.CHANGED
    assert isinstance(found[Way.FORWARD].seen, Shift)
    assert found[Way.FORWARD].seen.value == 2_000_000
    assert found[Way.BACKWARD].statement is Statement.UNCHANGED
    assert Way.ROUND_TRIP not in found


def test_what_clocks_may_have_done_is_no_change() -> None:
    """0.5 ms more, and each end claims no better than 0.4 ms at either time."""
    loose = one_way(10_000_000, uncertainty_ns=400_000)
    found = changes(
        minutes(0, 30, loose), minutes(30, 35, one_way(10_500_000, uncertainty_ns=400_000))
    )
    assert found[Way.FORWARD].statement is Statement.UNKNOWN
    assert found[Way.FORWARD].why is Why.TOO_COARSE


def test_without_clocks_only_the_round_trip_is_known() -> None:
    free = {"uncertainty_ns": None}
    found = changes(
        minutes(0, 30, one_way(10_000_000, **free)), minutes(30, 35, one_way(12_000_000, **free))
    )
    assert found[Way.FORWARD].why is Why.CLOCKS
    assert found[Way.FORWARD].seen is None
    assert found[Way.ROUND_TRIP].statement is Statement.CHANGED
    assert found[Way.ROUND_TRIP].seen.value == 2_000_000  # and never one million each way


def test_without_clocks_a_certificate_counts() -> None:
    def certified(low: int, high: int) -> DirectionWindow:
        return one_way(0, uncertainty_ns=None, certified_ns=(low, high))

    before = minutes(0, 30, certified(10_000_000, 11_000_000))
    apart = changes(before, minutes(30, 35, certified(14_000_000, 15_000_000)))
    assert apart[Way.FORWARD].statement is Statement.CHANGED
    touching = changes(before, minutes(30, 35, certified(10_900_000, 12_000_000)))
    assert touching[Way.FORWARD].statement is Statement.UNKNOWN


def test_windows_in_which_a_clock_was_set_do_not_count() -> None:
    found = changes(BEFORE, minutes(30, 35, one_way(12_000_000), steps=1))
    assert found[Way.FORWARD].why is Why.NONE_NOW


def test_one_window_that_is_off_changes_nothing() -> None:
    now = [*minutes(30, 34, one_way(10_000_000)), *minutes(34, 35, one_way(30_000_000))]
    assert changes(BEFORE, now)[Way.FORWARD].statement is Statement.UNCHANGED


def test_too_few_windows_before() -> None:
    assert changes(BEFORE[:4], BEFORE[10:12])[Way.FORWARD].why is Why.FEW_BEFORE


def test_jitter_is_told_on_any_clock() -> None:
    free = {"uncertainty_ns": None}
    found = changes(
        minutes(0, 30, one_way(10_000_000, **free)),
        minutes(30, 35, one_way(10_000_000, over_ns=900_000, **free)),
        Quantity.JITTER,
    )
    assert found[Way.FORWARD].statement is Statement.CHANGED
    assert found[Way.FORWARD].seen.value == 850_000
    assert found[Way.BACKWARD].statement is Statement.UNCHANGED


def test_losses_by_direction() -> None:
    found = changes(BEFORE, minutes(30, 35, one_way(10_000_000, lost=6)), Quantity.LOSS)
    assert found[Way.FORWARD].statement is Statement.CHANGED
    seen = found[Way.FORWARD].seen
    assert isinstance(seen, LossCount)
    assert (seen.sent, seen.lost) == (300, 30)
    assert found[Way.BACKWARD].statement is Statement.UNCHANGED


def test_losses_of_no_known_direction_are_of_both() -> None:
    unknown = one_way(10_000_000, lost=None)
    found = changes(minutes(0, 30, unknown), minutes(30, 35, unknown, lost=6), Quantity.LOSS)
    assert found[Way.FORWARD].why is Why.NOT_COUNTED
    assert found[Way.ROUND_TRIP].statement is Statement.CHANGED


def test_what_two_ends_saw_is_there_once() -> None:
    seen_by_dst = [window(n, one_way(20_000_000), one_way(1), observer="b") for n in range(3)]
    seen_by_src = [window(n, one_way(10_000_000), one_way(1)) for n in range(2)]
    ((_, kept),) = by_flow([*seen_by_dst, *seen_by_src]).items()
    assert [one.key.observer for one in kept] == ["a", "a"], "the third the sender did not see"
