"""Delays, jitter, loss, groups and risks of a link, as traffic engineering states them."""

from __future__ import annotations

import pytest
from frr_lsps import ONE, TWO, database, golden, lsp, reach, read

from netkit.files.importers.imported import DelayFigure
from netkit.model.network.elements import DelayBasis


def test_a_figure_of_0_is_stated_whatever_an_application_says():
    own = {"asla": [{"standardApp": "0x40"}, {"standardApp": "0x10", "delayVariationMicroSec": 7}]}
    ends = {"delayVariationMicroSec": 0, **own}
    there, back = reach(TWO, 10, delay=5, **ends), reach(ONE, 10, delay=5)
    link = read(database(lsp(ONE, "r1", there), lsp(TWO, "r2", back))).topology.links[0]
    assert link.jitter_ab_us == 0


def test_what_te_says_of_a_link():
    link = golden("frr-asla.json").topology.links[0]
    assert (link.admin_groups, link.te_metric_ab, link.capacity_bps) == ({"1"}, 7, 10**10)
    assert (link.delay_ab_us, link.min_delay_ab_us) == (1009, 1000)
    lost = golden("frr-loss.json").topology.links[0]
    assert (lost.loss_ab_ppb, lost.jitter_ab_us) == (50_000_000, 7)
    risks = [
        {"neighbor": f"{TWO}.00", "interfaceAddress": "10.0.0.1", "neighborAddress": "10.0.0.2",
         "values": [7, 4294967295]}
    ]  # fmt: skip
    groups = {"0": "0x5", "2": "0x1"}
    odd = {"unknownThing": 1, "adjSid": [{"sid": 15000}]}
    text = database(
        lsp(ONE, "r1", reach(TWO, 1, "10.0.0.1", "10.0.0.2", 10, extendedAdminGroup=groups, **odd),
            srlg=risks, msd=8),
        lsp(TWO, "r2", reach(ONE, 1, "10.0.0.2", "10.0.0.1", 10)),
    )  # fmt: skip
    found = read(text)
    assert found.topology.links[0].srlgs == {"7", "4294967295"}
    assert found.topology.links[0].admin_groups == {"0", "2", "64"}
    assert list(map(str, found.notes)) == [
        "x: links whose ends state other admin groups: both count both ways: 1",
        "x: read and not used: SID depths of SR-MPLS (1), `unknownthing` of an adjacency (1), "
        "adjacency SIDs of SR-MPLS (1)",
    ]


@pytest.mark.parametrize(
    ("figure", "us", "basis"),
    [
        (DelayFigure.MIN, 1000, DelayBasis.ADVERTISED_MIN),
        (DelayFigure.AVG, 2000, DelayBasis.ADVERTISED_AVG),
        (DelayFigure.MAX, 30000, DelayBasis.ADVERTISED_MAX),
    ],
)
def test_which_delay_is_planned_with(figure, us, basis):
    both = {
        "maxMinDelay": {"delay": "Normal", "microSec": "1000 / 30000"},
        "avgDelay": {"delay": "Anomalous", "microSec": 0x80000000 + 2000},
    }
    text = database(lsp(ONE, "r1", reach(TWO, 1, **both)), lsp(TWO, "r2", reach(ONE, 1, **both)))
    link = read(text, delay=figure).topology.links[0]
    assert (link.delay_ab_us, link.delay_ba_us, link.basis) == (us, us, basis)
    assert link.min_delay_ab_us == 1000
