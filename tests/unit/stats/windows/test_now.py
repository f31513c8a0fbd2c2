"""How each direction is now: what has left its campaign has no row, as checks have it."""

from __future__ import annotations

from measured_windows import BEGIN_NS, MINUTE_NS, window

from netkit.model.verdict import Verdict
from netkit.stats.windows.newest import Fresh
from netkit.stats.windows.now import directions_now

DAY = 24 * 60


def rows(*windows, minute):
    found = directions_now(windows, Fresh(BEGIN_NS + minute * MINUTE_NS))
    return {(row.src, row.flow): row.verdict for row in found}


def test_a_flow_that_was_renamed_is_left_out_after_a_day():
    new = window(minute=DAY + 18, flow="voice")
    passes = {("beijing", "voice"): Verdict.PASS, ("shanghai", "voice"): Verdict.PASS}
    assert rows(window(minute=10), new, minute=DAY + 20) == passes
    waits = {("beijing", "main"): Verdict.UNKNOWN, ("shanghai", "main"): Verdict.UNKNOWN}
    assert rows(window(minute=19), new, minute=DAY + 20) == passes | waits


def test_a_flow_whose_sender_may_be_down_stays_and_is_unknown():
    other = window("xian", minute=DAY + 18)
    assert rows(window(minute=10), other, minute=DAY + 20)["beijing", "main"] is Verdict.UNKNOWN
