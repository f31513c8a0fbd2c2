"""Three weeks of a store as they are told to people: pieces, weeks, events, what is certain."""

from itertools import pairwise

import pytest
from measured_month import (
    ALARM,
    BEGIN_NS,
    EVIL,
    GAP,
    HOUR_NS,
    HOURS,
    LOSS,
    NEW_PATH,
    STEP,
    fill,
    hour,
)

from netkit.model.measurement.window import WindowSelection
from netkit.report.documents.monitoring.over_time import over_time_to_json
from netkit.report.html.pages.page import Ground, report_data
from netkit.report.html.pages.sources import Sources
from netkit.stats.windows.history import By
from netkit.stats.windows.joined import rolled_up
from netkit.store.windows.levels import DAY_NS
from netkit.store.windows.store import open_store
from netkit.store.windows.upkeep.rollup import roll_up
from netkit.workflows.store.history import history
from netkit.workflows.store.over_time import over_time, piece_of, weeks_of

SPAN = (BEGIN_NS, BEGIN_NS + HOURS * HOUR_NS)
PAIR = WindowSelection(src="shanghai", dst="beijing")


@pytest.fixture(scope="module", params=["as measured", "rolled up"])
def store(request, tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'windows.sqlite'}"
    with open_store(url) as opened:
        fill(opened)
        if request.param == "rolled up":
            roll_up(opened, SPAN[1] + DAY_NS, rolled_up)
        yield opened


def test_a_pair_has_both_ways_whichever_is_asked_for(store):
    found = over_time(store, PAIR, SPAN)
    assert found.by is By.HOUR
    assert {(row.src, row.dst) for row in found.whole} == {
        ("beijing", "shanghai"), ("shanghai", "beijing"),
    }  # fmt: skip
    starts = [row.since_ns for row in found.pieces if row.src == "beijing"]
    wanted = [BEGIN_NS + one * HOUR_NS for one in range(HOURS) if one not in GAP]
    assert starts == wanted, "what is missing is no piece, and no zero"
    assert found.bounds_us == {("daily", "beijing", "shanghai", "gold"): 21_000}


def test_events_are_told_where_they_were(store):
    found = over_time(store, PAIR, SPAN)
    at = lambda hour_: BEGIN_NS + hour_ * HOUR_NS  # noqa: E731
    assert [(one.site, one.since_ns) for one in found.steps] == [("beijing", at(STEP))]
    (change,) = found.paths
    assert (change.until_ns, change.after.segment_list) == (at(NEW_PATH), "beijing-shanghai-2")
    assert [one.since_ns for one in found.alarms] == [at(ALARM)]
    assert not over_time(store, WindowSelection(src="guangzhou", dst="xian"), SPAN).alarms


def test_weeks_add_up_to_the_whole(store):
    found = over_time(store, PAIR, SPAN)
    there = [row for row in found.weeks if row.src == "beijing"]
    (whole,) = [row for row in found.whole if row.src == "beijing"]
    assert len(there) == 4
    assert sum(row.sent for row in there) == whole.sent == 60 * (HOURS - len(GAP))
    assert sum(row.lost for row in there) == whole.lost == 6 * len(LOSS)
    assert max(row.delay.max_ns for row in there) == whole.delay.max_ns


@pytest.mark.parametrize("which", [PAIR, WindowSelection()])
def test_weeks_that_are_read_at_once_are_what_each_is_by_itself(store, which):
    found = over_time(store, which, SPAN)
    alone = [
        row
        for week in weeks_of(SPAN)
        for row in history(store, which, *week, By.ALL, ipdv=False, both_ways=True).rows
    ]
    assert found.weeks == alone
    turned = WindowSelection(src=which.dst, dst=which.src)
    back = history(store, turned, *SPAN, By.ALL, ipdv=False)
    assert set(back.rows) <= set(found.whole)


def test_one_week_is_not_held_against_itself():
    assert not list(weeks_of((BEGIN_NS, BEGIN_NS + HOUR_NS)))
    weeks = list(weeks_of(SPAN))
    assert (weeks[0][0], weeks[-1][1]) == SPAN
    assert all(end == begin for (_, end), (begin, _) in pairwise(weeks))


@pytest.mark.parametrize(
    ("span_ns", "directions", "by"),
    [(HOUR_NS, 2, By.MINUTE), (30 * DAY_NS, 80, By.HOUR), (30 * DAY_NS, 2000, By.DAY),
     (400 * DAY_NS, 2, By.DAY), (HOUR_NS, 100_000, By.DAY)],
)  # fmt: skip
def test_pieces_are_as_short_as_there_is_room_for(store, span_ns, directions, by):
    assert piece_of(store, (SPAN[1] - span_ns, SPAN[1]), directions) is by


def test_where_clocks_bound_nothing_only_what_is_certain_is_told(store):
    document = over_time_to_json(over_time(store, WindowSelection(), SPAN))
    (odd,) = [one for one in document["pairs"] if one["src"] == "guangzhou"]
    assert odd["there"]["p99_ms"] is None
    assert (odd["there"]["certified_low_ms"], odd["there"]["certified_high_ms"]) == (18.5, 20.9)


def test_a_page_of_it_has_a_row_for_each_flow(store):
    store.add([hour(1, "beijing", "shanghai", flow="survey", bound=None)])
    document = over_time_to_json(over_time(store, WindowSelection(), SPAN))
    data = report_data(Sources(over_time=document), Ground())
    assert data["count"] == 4
    assert data["flows"] == ["daily gold", "daily survey"]
    assert sorted(bound or 0 for bound in data["pairs"]["bound"]) == [0, 21_000, 21_000, 21_000]
    assert EVIL in data["names"]
    assert len(data["series"]) == 8
    assert {one["what"] for one in data["events"]} == {"alarm", "path", "clock"}
