"""``netkit plan``: its default command, constraints, ``survive``, and sweeps over processes."""

import json

import pytest
from command import invoked
from goldens import ROOT
from small_topologies import line

from netkit.cli.refusals import told
from netkit.errors import ExitCode, InputError
from netkit.model.planning.demand import Demand
from netkit.planner import parallel as sweep
from netkit.planner.plan import plan_demands

LABS = ROOT / "topologies"
REGION = str(LABS / "lab-region.yaml")
METRO = str(LABS / "lab-metro.yaml")


def run(*arguments: str):
    return invoked("plan", *arguments)


@pytest.mark.parametrize("words", [(REGION,), ("pairs", REGION), ("--pairs", "all", REGION)])
def test_a_file_is_planned_with_and_without_the_word(words):
    document = json.loads(run(*words, "--json").stdout)
    assert document["schema"] == "netkit/plan/1"
    assert document["pairs"]


def test_constraints_bind_and_are_written_down():
    result = run(REGION, "--max-hops", "2", "--metric", "delay", "--json")
    assert result.exit_code == ExitCode.BREACH
    pair = json.loads(result.stdout)["pairs"][0]
    assert pair["constraints"] == {"max_hops": 2, "metric": "delay"}
    assert pair["reason"]["cause"] == "constraints"
    assert "enough to give up: max hops" in pair["reason"]["text"]


def test_via_leads_there():
    result = run(REGION, "--pair", "wuhu-dc:qingpu-dc", "--via", "nanjing", "--json")
    assert "nanjing" in json.loads(result.stdout)["pairs"][0]["nodes"]


def test_names_that_nothing_has_are_all_reported():
    error = run(REGION, "--exclude-node", "nanjin", "--via", "x", "--metric", "igp").exception
    assert isinstance(error, InputError)
    assert len(error.problems) == 2
    assert str(told(error)).splitlines()[0] == (
        "command line: --exclude-node: nanjin; expected a name in the topology, as nanjing"
    )


@pytest.mark.parametrize(
    "number", ["0", "-1", "1" + 12 * "0", "1" + 5000 * "0", 5000 * "0" + "1", "²"], ids=str.__len__
)
def test_a_number_of_pairs_that_is_none_is_told(number):
    """Of thousands of digits Python makes no number."""
    error = run(REGION, "--pairs", number).exception
    assert isinstance(error, InputError)
    assert str(told(error)).endswith("expected `clusters`, `all` or a number from 1 to 999999999")
    assert run(REGION, "--pairs", "0003").exit_code in (ExitCode.OK, ExitCode.BREACH)


def test_survive_tells_shares_and_offenders():
    document = json.loads(run("survive", REGION, "--json").stdout)
    assert document["schema"] == "netkit/survival/1"
    assert set(document["pairs_kept"]) == {"link", "node", "srlg", "any"}
    for pair in document["pairs"]:
        for phase, kept in pair["keeps"].items():
            assert kept == all(e[phase]["verdict"] == "pass" for e in pair["effects"])
    assert "any of these" in run("survive", REGION).stdout


@pytest.mark.parametrize("options", [(), ("--protect",)], ids=["as it is", "protected"])
def test_survive_judges_the_plan_that_is_emitted(options, tmp_path):
    pairs = json.loads(run(REGION, "--pairs", "all", *options, "--json").stdout)["pairs"]
    backups = {
        (one["src"], one["dst"]): one["backup"]["guaranteed_ms"] for one in pairs if one["backup"]
    }
    found = json.loads(run("survive", REGION, "--pairs", "all", *options, "--json").stdout)
    judged = {
        (one["src"], one["dst"]): effect["backup"]["worst_ms"]
        for one in found["pairs"]
        for effect in one["effects"]
        if effect["backup"]["carrier"] == "backup"
    }
    assert judged == backups
    assert (len(judged) == len(pairs)) is bool(options)


def test_other_processes_give_the_same_answers_in_the_same_order(monkeypatch):
    topology = line(*[1_000] * 9)
    demands = [Demand(a, b, 5_000) for a in "abcde" for b in "fghij"]
    alone = plan_demands(topology, demands)
    monkeypatch.setattr(sweep, "WORTH_SPREADING", 0)
    monkeypatch.setattr(sweep, "cores", lambda: 2)
    assert plan_demands(topology, demands) == alone


def test_bandwidth_is_reserved_and_its_lack_explained(tmp_path):
    demands = tmp_path / "demands.csv"
    rows = ["src,dst,bound_ms,bandwidth_gbps,priority"]
    rows += ["wuhu-dc,qingpu-dc,3,250,7", "wuhu-dc,qingpu-dc,3,300,0", "wuhu-dc,qingpu-dc,5,,1"]
    demands.write_text("\n".join(rows))
    words = (REGION, "--demands", str(demands), "--no-backups")
    document = json.loads(run(*words, "--json").stdout)
    late, first, free = document["pairs"]
    assert [p["priority"] for p in (late, first, free)] == [7, 0, None]
    assert first["verdict"] == free["verdict"] == "pass"
    assert late["verdict"] == "breach"
    assert late["reason"]["shortages"][0]["missing_bps"] == 150 * 10**9
    assert late["reason"]["fits_bps"] == 100 * 10**9
    for held in document["reservations"]:
        assert held["reserved_bps"] + held["left_bps"] == held["capacity_bps"] == 400 * 10**9
    assert "Reserved on links" in run(*words).stdout


def test_missing_capacity_is_not_endless(tmp_path):
    demands = tmp_path / "demands.csv"
    demands.write_text("src,dst,bandwidth_gbps\nxidan,haidian,1000\nxidan,haidian,2,\n")
    error = run(METRO, "--demands", str(demands)).exception
    assert "4 fields" in str(error)
    result = run(METRO, "--pair", "xidan:haidian", "--bandwidth", "1000", "--json")
    reason = json.loads(result.stdout)["pairs"][0]["reason"]
    assert result.exit_code == ExitCode.BREACH
    assert reason["cause"] == "capacity"
    assert reason["shortages"][0]["missing_bps"] > 0
    assert reason["fits_bps"]


def test_alternatives_and_disjoint_pairs_are_shown():
    words = (REGION, "--pair", "wuhu-dc:qingpu-dc", "--alternatives", "2")
    pair = json.loads(run(*words, "--json").stdout)["pairs"][0]
    first, second = pair["alternatives"]
    assert first["links"] == pair["optimum"]["links"] != second["links"]
    assert first["cost"] <= second["cost"]
    screen = run(*words).stdout
    assert "Alternatives, best first" in screen
    assert (pair["disjoint_pair"] is not None) == ("pair: two disjoint lists" in screen)


def test_a_policy_has_all_lists_by_preference():
    words = (REGION, "--pair", "wuhu-dc:qingpu-dc", "--alternatives", "4", "--json")
    pair = json.loads(run(*words).stdout)["pairs"][0]
    candidates = pair["candidates"]
    preferences = [one["preference"] for one in candidates]
    assert preferences == sorted(set(preferences), reverse=True)
    assert [one["role"] for one in candidates[:3]] == ["primary", "backup", "alternative"]
    assert candidates[0]["segment_lists"][0]["segments"] == pair["segments"]
    assert len({json.dumps(one["segment_lists"]) for one in candidates}) == len(candidates)


def test_what_no_list_can_carry_is_split_by_weight():
    words = (REGION, "--pair", "wuhu-dc:qingpu-dc", "--bandwidth", "700", "--no-backups")
    assert run(*words).exit_code == ExitCode.BREACH
    pair = json.loads(run(*words, "--share", "2", "--json").stdout)["pairs"][0]
    lists = pair["candidates"][0]["segment_lists"]
    assert [one["weight"] for one in lists] == [4, 3]
    assert "Split by weight" in run(*words, "--share", "2").stdout
    assert "one list carries" in str(run("survive", REGION, "--share", "2").exception)


def test_little_margin_is_degraded_only_where_it_is_asked_for():
    words = (REGION, "--pair", "wuhu-dc:qingpu-dc", "--bound", "2.6ms")
    assert [
        run(*words, *more).exit_code
        for more in ((), ("--warn-margin", "1"), ("--warn-margin", "10"))
    ] == [ExitCode.OK, ExitCode.OK, ExitCode.DEGRADED]


def test_a_pair_is_explained_among_others(tmp_path):
    demands = tmp_path / "demands.csv"
    demands.write_text(
        "src,dst,bound_ms,bandwidth_gbps\nwuhu-dc,qingpu-dc,3,300\nnanjing,qingpu-dc,3,250\n"
    )
    words = ["explain", REGION, "nanjing", "qingpu-dc", "--demands", str(demands), "--no-backups"]
    document = json.loads(invoked(*words, "--json").stdout)
    (pair,) = document["pairs"]
    assert pair["src"] == "nanjing"
    assert {held["reserved_bps"] for held in document["reservations"]} >= {300 * 10**9}
    error = invoked("explain", REGION, "x", "y", *words[4:]).exception
    assert "no such demand" in str(error)


def test_nothing_to_plan_is_not_all_good(tmp_path):
    alone = tmp_path / "alone.graph"
    alone.write_text("NODES 1\nlabel x y\nA 0 0\n\nEDGES 0\n")
    error = run(str(alone), "--bound", "1ms").exception
    assert isinstance(error, InputError)
    assert "no pairs to plan: alone; expected two active nodes at least" in str(error)


def test_a_file_cut_short_before_its_edges_is_refused(tmp_path):
    short = tmp_path / "short.graph"
    short.write_text("NODES 3\nlabel x y\nA 0 0\nB 0 0\n")
    error = run(str(short), "--bound", "1ms").exception
    assert "no EDGES section; expected a line 'EDGES n'" in str(error)


def test_explained_among_demands_by_the_labels_of_the_file(tmp_path):
    labelled = tmp_path / "labelled.yaml"
    labelled.write_text(
        "netkit: topology/1\nname: labelled\nnodes:\n"
        "- {name: new-york, label: New York, role: city}\n- {name: chicago, role: city}\n"
        "links: [{a: new-york, b: chicago, delay_us: 9000}]\n"
    )
    demands = tmp_path / "demands.csv"
    demands.write_text("src,dst,bound_ms\nNew York,chicago,12\n")
    for src in ("New York", "new-york"):
        words = ["explain", str(labelled), src, "chicago", "--demands", str(demands), "--json"]
        result = invoked(*words)
        assert json.loads(result.stdout)["pairs"][0]["src"] == "new-york"
