"""Clock or link, by the windows of a simulated mesh whose clocks and links are known."""

from __future__ import annotations

import random

import pytest
from clocked_windows import NAMES, Row, campaign, drifting
from examples import examples
from small_topologies import line

from netkit.monitor.changes.compare import by_flow, compare
from netkit.monitor.locate.evidence import Quantity
from netkit.report.documents.monitoring.locate import located_to_json
from netkit.report.terminal.monitoring.locate import located_lines
from netkit.workflows.monitoring.locate import flow_routes, located

ROUTES = flow_routes(campaign(), line(1000, 1000, 1000, 1000))
BEFORE, NOW = (0, 30), (30, 35)
NS_PER_MINUTE_PPM = 60_000
SLOW = {("b", "c"): 3_000_000.0}
NAMED = {(("b-c", "b"),)}


def found(row: Row, seed: int = 0, slower=None):
    before, now = row.windows(*BEFORE, seed), row.windows(*NOW, seed + 1, slower)
    return located(ROUTES, before, now, (Quantity.DELAY, Quantity.JITTER))


def likeliest(one):
    best = one.location.explanations
    return set(best[0].faults) if one.location.changed and best else set()


@pytest.mark.parametrize("site", NAMES)
@pytest.mark.parametrize("ppm", [-50, 10])
@pytest.mark.parametrize("since", [27.5, 30])
def test_of_a_clock_that_began_to_drift_the_clock_is_named_and_no_link(site, ppm, since):
    row = Row({site: drifting(ppm, since)})
    for one in found(row):
        assert one.clocks.keys() == {site}
        gained_ns = (32.5 - since) * ppm * NS_PER_MINUTE_PPM
        assert one.clocks[site] == pytest.approx(gained_ns, rel=0.05, abs=40_000)
        assert one.location.changed == ()
        assert one.location.explanations == ()


def test_without_the_rule_links_would_be_named():
    """What it is for: to the plain comparison every flow of the site changed."""
    row = Row({"c": drifting(50, 30)})
    spans = by_flow(row.windows(*BEFORE, 0)), by_flow(row.windows(*NOW, 1))
    assert sum(one.statement == "changed" for one in compare(*spans, Quantity.DELAY)) >= 8


@pytest.mark.parametrize("seed", range(5))
def test_a_slower_link_is_no_clock(seed):
    delay, _ = found(Row(), seed, SLOW)
    assert delay.clocks == {}
    assert likeliest(delay) == NAMED


@pytest.mark.parametrize("site", NAMES)
def test_a_link_is_named_beside_a_clock_that_moved(site):
    delay, _ = found(Row({site: drifting(30, 28)}), 0, SLOW)
    assert delay.clocks.keys() == {site}
    assert likeliest(delay) == NAMED


def test_clocks_that_keep_what_they_claim_or_claim_nothing_are_not_told_of():
    within = Row({"c": drifting(5, 29)}, claimed_ns=2_000_000)
    nothing = Row({"c": drifting(50, 0)}, claimed_ns=None)
    for row in (within, nothing):
        assert [one.clocks for one in found(row)] == [{}, {}]


def test_random_clocks_and_links_are_told_apart():
    """Of many meshes: clocks that drift or step, noise of all sizes, a slower link or none."""
    lot = random.Random(13)
    for seed in range(examples(60, one_in=3)):
        moved = lot.sample(NAMES, lot.choice((0, 1, 1, 2)))
        clocks = {site: drifting(lot.choice((-1, 1)) * lot.uniform(10, 60), lot.uniform(20, 31))
                  for site in moved}  # fmt: skip
        link = lot.choice((None, *[(NAMES[n], NAMES[n + 1]) for n in range(4)]))
        slower = {} if link is None else {link: lot.uniform(1e6, 5e6)}
        row = Row(clocks, queue_ns=lot.choice((5_000, 20_000, 100_000)))
        (delay, _) = found(row, 100 * seed, slower)
        known = {site for site, gained_ns in delay.clocks.items() if gained_ns is not None}
        assert known <= set(moved), (seed, moved, delay.clocks)
        # Where all paths of a site got longer its clock may have gained half of that unseen.
        assert link or delay.clocks.keys() == set(moved), (seed, moved, delay.clocks)
        # Of round trips alone nobody can say which way.
        links = {id_ for fault in likeliest(delay) for id_, _ in fault}
        assert links <= ({"-".join(link)} if link else set()), (seed, link, links)


def test_it_is_said_once_and_in_the_document():
    told = found(Row({"c": drifting(50, 30)}))
    lines = list(located_lines(told))
    assert sum("the clock of c moved" in line for line in lines) == 1
    document = located_to_json("watch", (0, 1, 2), told)
    for one in document["quantities"]:
        (clock,) = one["clocks"]
        assert clock["site"] == "c"
        assert clock["gained_ms"] == pytest.approx(7.5, abs=0.3)
