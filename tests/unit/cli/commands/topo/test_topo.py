"""``netkit topo``: check, show, import, convert, diff."""

import json
from pathlib import Path

import pytest
from command import invoked
from goldens import ROOT, check_golden

from netkit.errors import ExitCode, InputError
from netkit.files.importers.formats import read_topology
from netkit.files.native.topology import load_topology

SHIPPED = sorted((ROOT / "topologies").glob("*.yaml"))
LAB = str(ROOT / "topologies" / "lab-two-operators.yaml")
WRONG = str(ROOT / "tests" / "golden" / "errors" / "together.yaml")


def run(*arguments):
    return invoked("topo", *arguments)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_is_good(path):
    result = run("check", str(path))
    assert result.exit_code == 0
    assert f"{path}: {path.stem} is good: " in result.output


def test_problems_leave_as_the_error_that_the_command_line_prints():
    result = run("check", WRONG)
    assert isinstance(result.exception, InputError)


def test_check_as_json():
    result = run("check", LAB, "--json")
    assert json.loads(result.output) == {
        "schema": "netkit/topo-check/1", "file": LAB, "ok": True, "problems": [], "more": 0,
        "notes": [], "left_out": [], "nodes": 8, "links": 8,
        "adjacencies": 16, "exchanges": 1, "operators": 2, "planned": 0,
    }  # fmt: skip
    result = run("check", WRONG, "--json")
    document = json.loads(result.stdout)
    last = result.stderr.splitlines()[-1]
    assert last == f"netkit: {WRONG} cannot be used: {len(document['problems'])} problems"
    assert result.exit_code == ExitCode.UNKNOWN
    assert not document["ok"]
    assert document["problems"][2]["line"] == 12
    assert document["problems"][2]["expected"] == "role border or core"


def test_show_counts_what_is_there():
    document = json.loads(run("show", LAB, "--json").output)
    assert document["summary"]["links"] == 8
    assert {"operator": "ct", "role": "border", "status": "active", "nodes": 2} in document["nodes"]
    assert document["links"] == [
        {"kind": "direct_connect", "basis": "length", "status": "active", "links": 1},
        {"kind": "exchange", "basis": "length", "status": "active", "links": 1},
        {"kind": "trunk", "basis": "coordinates", "status": "active", "links": 6},
    ]
    assert document["srlgs"][0] == {"srlg": "huhang-trunk", "links": 2}
    assert document["exchanges"][0]["members"] == "hangzhou-ct hangzhou-cm"
    assert document["figures"] == []
    region = json.loads(run("show", LAB.replace("two-operators", "region"), "--json").output)
    assert {"figure": "jitter_us", "adjacencies": 20, "of": 24} in region["figures"]


def test_show_for_people_names_the_parts():
    output = run("show", LAB).output
    for word in ("Two operators", "border", "direct_connect", "huning-trunk", "hangzhou-exchange"):
        assert word in output


ODD = str(ROOT / "tests" / "golden" / "import" / "odd.graphml")


def test_import_writes_what_check_takes(tmp_path):
    out = tmp_path / "odd.yaml"
    result = run("import", ODD, "-o", str(out), "--json")
    document = json.loads(result.stdout)
    assert (document["nodes"], document["links"], len(document["notes"])) == (7, 7, 13)
    assert document["output"] == str(out)
    assert run("check", str(out)).exit_code == 0
    assert run("import", ODD).stdout.startswith("netkit: topology/1\nname: odd\n")


@pytest.mark.parametrize("path", [LAB, ODD], ids=["lab", "odd"])
def test_conversions_change_only_what_a_format_cannot_hold(path, tmp_path):
    graph, yaml = tmp_path / "x.graph", tmp_path / "x.yaml"
    assert run("convert", path, "-o", str(yaml)).exit_code == 0
    assert run("convert", str(yaml), "-o", str(graph)).exit_code == 0
    document = json.loads(run("diff", str(yaml), str(graph), "--json").stdout)
    for kind in ("nodes", "links"):
        assert document[kind]["removed"] == []
        assert {change["field"] for change in document[kind]["changed"]} <= {
            "role", "place", "hub", "operator", "label", "basis", "length_km", "srlgs", "kind",
            "sid_limits", "id_ba", "sid_index",
        }  # fmt: skip


def test_differences_are_named(tmp_path):
    assert run("diff", LAB, LAB).stdout == "no difference\n"
    result = run("diff", LAB, WRONG.replace("together.yaml", "none.yaml"))
    assert isinstance(result.exception, InputError)
    graph = tmp_path / "a.graph"
    graph.write_text(
        "NODES 2\nlabel x y\na 0 0\nb 0 0\nEDGES 1\nlabel src dest weight bw delay\ne 0 1 5 1 7\n"
    )
    other = tmp_path / "b.graph"
    other.write_text(graph.read_text().replace("b 0 0", "c 0 0").replace("5 1 7", "5 1 8"))
    document = json.loads(run("diff", str(graph), str(other), "--json").stdout)
    said = "1 node added; 1 node removed; 2 fields of 1 link changed"
    assert document["text"] == said
    assert document["text_zh"] == "新增 1 个节点；删除 1 个节点；改变 1 条链路的 2 个字段"
    lines = run("diff", str(graph), str(other)).stdout.splitlines()
    assert lines == [
        said, "+ node c", "- node b", "~ link e: b: b -> c", "~ link e: delay_ab_us: 7 -> 8",
    ]  # fmt: skip


def test_measured_delays_are_laid_over(tmp_path):
    graph, delays = tmp_path / "a.graph", tmp_path / "delays.csv"
    graph.write_text(
        "NODES 3\nlabel x y\na 0 0\nb 0 0\nc 0 0\nEDGES 3\nlabel src dest weight bw delay\n"
        "ab 0 1 5 1 7\nba 1 0 5 1 7\nbc 1 2 5 1 9\n"
    )
    delays.write_text(
        "link,src,dst,delay_us,delay_ms,date\nba,,,11,,2026-11-20\n,b,c,,0.012,2026-11-21\n"
    )
    out = tmp_path / "a.yaml"
    assert run("convert", str(graph), "--delays", str(delays), "-o", str(out)).exit_code == 0
    ab, bc = load_topology(out).links
    assert (ab.delay_ab_us, ab.delay_ba_us, ab.measured_on) == (7, 11, "2026-11-20")
    assert (bc.delay_ab_us, bc.basis, bc.measured_on) == (12, "measured", "2026-11-21")


def test_what_stamp_measures_is_laid_over(tmp_path):
    graph, delays = tmp_path / "e.csv", tmp_path / "delays.csv"
    graph.write_text("src,dst,delay_us,id\na,b,7,x\nb,c,9,y\n")
    delays.write_text(
        "link;src;delay_us;jitter_ms;loss_percent\nx;a;0;0.25;0\ny;;;0;0.1\nx;b;;;1.5\n"
    )
    x, y = read_topology(graph, delays=delays).links
    assert (x.delay_ab_us, x.delay_ba_us, x.basis) == (0, 7, "measured")
    assert (x.jitter_ab_us, x.jitter_ba_us) == (250, None)
    assert (x.loss_ab_ppb, x.loss_ba_ppb) == (0, 15_000_000)
    assert (y.delay_ab_us, y.basis, y.jitter_ab_us, y.jitter_ba_us) == (9, "given", 0, 0)
    assert (y.loss_ab_ppb, y.loss_ba_ppb) == (1_000_000, 1_000_000)


def test_jitter_alone_brings_no_link_in(tmp_path):
    path, delays = tmp_path / "x.graphml", tmp_path / "delays.csv"
    nodes = '<node id="a"/><node id="b"/>'
    path.write_text(f'<graphml><graph>{nodes}<edge source="a" target="b"/></graph></graphml>')
    delays.write_text("link,jitter_us\na~b,70\n")
    assert read_topology(path, delays=delays).links == ()
    delays.write_text("link,delay_us,jitter_us\na~b,0,70\n")
    (link,) = read_topology(path, delays=delays).links
    assert (link.delay_ab_us, link.delay_ba_us, link.jitter_ba_us) == (0, 0, 70)


def test_every_wrong_measured_delay_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.graph").write_text(
        "NODES 2\nlabel x y\na 0 0\nb 0 0\nEDGES 3\nlabel src dest weight bw delay\n"
        "ab 0 1 5 1 7\nba 1 0 5 1 7\none 0 1 5 2 9\n"
    )
    Path("delays.csv").write_text(
        "link,src,dst,delay_us,date\nab,,,1,\nab,a,,2,\nxx,,,3,\n,a,b,4,\nab,b,,5,\nba,,,-5,\n"
        "one,b,,6,\n,a,,7,\nba,,,8,yesterday\nba,nobody,,9,\none,,,,\n"
    )
    with pytest.raises(InputError) as caught:
        read_topology("a.graph", delays="delays.csv")
    check_golden("errors/delays.csv.txt", f"{caught.value}\n")


def test_measured_delays_bring_in_links_that_had_none(tmp_path):
    path, delays = tmp_path / "x.graphml", tmp_path / "delays.csv"
    edges = "".join(f'<edge source="{a}" target="{b}"/>' for a, b in ("ab", "bc", "ca"))
    nodes = "".join(f'<node id="{name}"/>' for name in "abc")
    path.write_text(f"<graphml><graph>{nodes}{edges}</graph></graphml>")
    delays.write_text("link,src,dst,delay_us\na~b,,,70\n,c,b,90\n")
    assert read_topology(path).links == ()
    links = read_topology(path, delays=delays).links
    assert [(link.id, link.delay_ab_us, link.delay_ba_us) for link in links] == [
        ("a~b", 70, 70), ("b~c", 90, 90),
    ]  # fmt: skip


def test_flexible_algorithms_are_shown_converted_and_compared(tmp_path):
    planes = ROOT / "topologies" / "lab-planes.yaml"
    rows = json.loads(run("show", str(planes), "--json").output)["flex_algos"]
    assert rows == [
        {"algorithm": 128, "metric": "delay", "nodes": 9, "adjacencies": 22, "rules": ""},
        {
            "algorithm": 129, "metric": "igp", "nodes": 9, "adjacencies": 16,
            "rules": "exclude any leased old",
        },
    ]  # fmt: skip
    copy, other = tmp_path / "copy.yaml", tmp_path / "other.yaml"
    assert run("convert", str(planes), "-o", str(copy)).exit_code == 0
    assert run("diff", str(planes), str(copy)).output == "no difference\n"
    text = planes.read_text(encoding="utf-8").replace("algorithm: 128", "algorithm: 130")
    other.write_text(text.replace("[leased, old]", "[old]"), encoding="utf-8")
    assert run("diff", str(planes), str(other)).output.splitlines() == [
        "1 Flexible Algorithm added; 1 Flexible Algorithm removed; "
        "1 field of 1 Flexible Algorithm changed",
        "+ Flexible Algorithm 130",
        "- Flexible Algorithm 128",
        "~ Flexible Algorithm 129: exclude_any: ['leased', 'old'] -> ['old']",
    ]


def test_what_is_no_topology_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for text in ("hello", "{}", "src,dst\na,b\n"):
        file.write_text(text)
        with pytest.raises(InputError, match="the format is not recognised"):
            read_topology(file)
    file.write_text("netkitt: topology/1\nname: a\n")
    with pytest.raises(InputError, match="the key 'netkit' is missing"):
        read_topology(file)


def test_an_import_that_is_not_whole_is_not_good(tmp_path):
    golden = ROOT / "tests" / "golden" / "import"
    partly = run("check", str(golden / "frr-10.3-recorded-3-routers.json"))
    assert partly.exit_code == ExitCode.DEGRADED
    assert partly.output.splitlines()[0].endswith(": left out: 3 links without a delay")
    assert "is good" not in partly.output
    for refused in (
        run("show", str(golden / "frr-10.3-recorded-3-routers.json")),
        run("check", str(golden / "gobgp-3.11-rib-ls.json")),
        run("check", str(golden / "frr-ordA.json"), "--level", "3"),
        run("check", str(golden / "frr-ordA.json"), "--level", "1"),
    ):
        assert isinstance(refused.exception, InputError)
    both = golden / "frr-ordA.json"
    for figure, us in (("min", 1000), ("avg", 1050), ("max", 1050)):
        out = tmp_path / f"{figure}.yaml"
        assert run("import", str(both), "--delay", figure, "-o", str(out)).exit_code == 0
        assert read_topology(out).links[0].delay_ab_us == us


def test_link_state_can_be_compared_and_delays_bring_its_links_in(tmp_path):
    golden = ROOT / "tests" / "golden" / "import"
    one, other = golden / "frr-10.3-recorded-3-routers.json", tmp_path / "delays.csv"
    other.write_text(
        "link,delay_us\nr1~r2@fcbb:bb00:1:3::,800\nr1~r3,700\nr2~r3,600\n", encoding="utf-8"
    )
    shown = run("show", str(one), "--delays", str(other), "--json")
    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["summary"]["links"] == 4
    lan = golden / "frr-10.3-recorded-lan-overload.json"
    six = golden / "frr-10.3-recorded-6-routers-numbered.json"
    found = json.loads(run("diff", str(six), str(lan), "--json").stdout)
    (change,) = [row for row in found["nodes"]["changed"] if row["field"] == "overload"]
    assert (change["part"], change["old"], change["new"]) == ("r3", False, True)
