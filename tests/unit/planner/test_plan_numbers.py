"""Plans with cut lists: numbers, configurations, documents, screens, failures."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from small_topologies import long_way

from netkit.emit.linux.ip_batch import emit_linux
from netkit.errors import InputError
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.survival import Carrier, FailureKind
from netkit.model.srv6.sids import binding_list, sid_list
from netkit.planner import binding_numbers
from netkit.planner.binding_numbers import numbered
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.protection.failure_sweep import survival
from netkit.report.documents.plan import plan_to_json
from netkit.report.terminal.explain import explain_pair

TOPOLOGY = long_way()


@pytest.fixture(scope="module")
def plan() -> Plan:
    demands = [Demand("a", "g", 600), Demand("a", "f", 500), Demand("a", "g", 700)]
    return plan_demands(TOPOLOGY, demands, PlanOptions(binding_sids=True))


def test_equal_lists_at_one_node_share_a_number(plan: Plan) -> None:
    cuts = [pair.primary.bindings for pair in plan.pairs]
    assert [[(one.node, one.number) for one in cut] for cut in cuts] == [
        [("b", 0)], [("b", 1)], [("b", 0)],
    ]  # fmt: skip


def test_more_lists_than_numbers_are_refused(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding_numbers, "MAX_BINDINGS", 1)
    with pytest.raises(InputError, match="more binding SIDs than a node has functions for: b"):
        list(numbered(plan.pairs))


def test_every_sid_that_is_pushed_is_configured_at_one_router(plan: Plan) -> None:
    configs = emit_linux(TOPOLOGY, plan)
    sids = [re.findall(r"route add (\S+)/64 encap seg6local", c.ip_batch) for c in configs.values()]
    known = [sid for own in sids for sid in own]
    assert len(known) == len(set(known))
    for pair in plan.pairs:
        lists = [binding_list(TOPOLOGY, pair.primary, one) for one in pair.primary.bindings]
        for pushed in (sid_list(TOPOLOGY, pair.primary), *lists):
            assert set(map(str, pushed)) <= set(known)
            assert any(",".join(map(str, pushed)) in c.ip_batch for c in configs.values())


def test_the_document_says_who_pushes_what(plan: Plan) -> None:
    pair = plan_to_json(plan, TOPOLOGY)["pairs"][1]
    (binding,) = pair["bindings"]
    assert binding == {
        "node": "b",
        "sid": "5f00:0:2:b001::",
        "first": 1,
        "end": 4,
        "sids": ["5f00:0:2:e001::", "5f00:0:3:e001::", "5f00:0:4:f001::"],
        "sid_names": [
            "End.X b>c over b-c", "End.X c>d over c-d", "End.X d>e over d-e with USD",
        ],
    }  # fmt: skip
    assert binding["sid"] == pair["sids"][1]
    assert pair["sid_names"] == [
        "End.X a>b over a-b", "End.B6.Encaps b", "End.X e>f over e-f", "End.DT6 f",
    ]  # fmt: skip
    assert len(pair["segments"]) == 5
    assert pair["hand_over"] is None


def test_the_screen_shows_what_is_pushed_on_top(plan: Plan) -> None:
    text = io.StringIO()
    Console(width=100, file=text).print(explain_pair(plan.pairs[1], TOPOLOGY, width=100))
    shown = text.getvalue()
    assert "Pushed on top by 5f00:0:2:b001:: of b" in shown
    assert "End.X d>e over d-e with USD" in shown


def test_a_binding_node_that_fails_takes_the_list_with_it(plan: Plan) -> None:
    igp = Igp.of(Network.of(TOPOLOGY))
    pair = survival(igp, plan).pairs[0]
    outcome = {(e.failure.kind, e.failure.name): e for e in pair.effects}
    gone = outcome[FailureKind.NODE, "b"]
    assert {gone.repair.carrier, gone.backup.carrier, gone.reconverged.carrier} == {None}
    cut = outcome[FailureKind.LINK, "b-c"]
    assert (cut.repair.carrier, cut.repair.sids) == (
        Carrier.PRIMARY,
        plan.pairs[0].primary.most_sids,
    )
