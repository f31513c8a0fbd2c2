"""A campaign file to flows and loads: lists of the plan, tiers, budgets, and what is refused."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

from netkit.errors import InputError
from netkit.probe.sender.starts import start_offset_ns
from netkit.store.windows.store import open_store
from netkit.workflows import replay
from netkit.workflows.campaigns.field import ResolvedCampaign, judge_campaign, load_campaign
from netkit.workflows.campaigns.share import SiteShare
from netkit.workflows.campaigns.site_run import targets_of

METRO = ROOT / "topologies" / "lab-metro.yaml"
SITES = """\
name: metro
topology: {topology}
sites:
  - {{name: xd, node: xidan, addresses: ["2001:db8::1"]}}
  - {{name: hd, node: haidian, addresses: ["2001:db8::2", 192.0.2.2]}}
  - {{name: yz, node: yizhuang-dc, addresses: [192.0.2.3]}}
"""
S, MS = 10**9, 10**6


@pytest.fixture
def write(tmp_path: Path):
    def to_file(text: str) -> Path:
        path = tmp_path / "campaign.yaml"
        path.write_text(SITES.format(topology=METRO) + text)
        return path

    return to_file


def resolved(path: Path) -> ResolvedCampaign:
    return load_campaign(path)


def told(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        resolved(path)
    return str(caught.value).replace(f"{path}", "FILE").splitlines()


def test_flows_have_the_tier_of_their_nodes_and_the_size_of_what_they_ask_for(write) -> None:
    found = resolved(write("measure:\n  - mesh: all\n  - {pairs: [{src: xd, dst: hd}], name: ef,"
                           " dscp: 46, scope: national}\n"))  # fmt: skip
    flows = {(one.src, one.dst, one.name): one for one in found.campaign.flows}
    assert [*flows] == [
        ("xd", "hd", "main"), ("yz", "xd", "main"), ("hd", "yz", "main"), ("xd", "hd", "ef"),
    ]  # fmt: skip
    assert (flows["xd", "hd", "main"].bound_us, flows["xd", "hd", "main"].tier) == (1000, "1ms")
    assert (flows["xd", "hd", "ef"].bound_us, flows["xd", "hd", "ef"].dscp) == (20_000, 46)
    assert flows["xd", "hd", "main"].request_bytes == 72
    assert flows["xd", "hd", "ef"].request_bytes > 72


@pytest.mark.parametrize(
    ("word", "place"),
    [("place: 北京市", "Beijing"), ("place: Beijing", "北京"), ("hub: 京津冀", None)],
)
def test_places_and_hubs_are_chosen_by_their_other_names(
    tmp_path: Path, word: str, place: str | None
) -> None:
    metro = METRO.read_text(encoding="utf-8")
    if place is not None:
        metro = metro.replace("place: Beijing", f"place: {place}")
    (tmp_path / "metro.yaml").write_text(metro, encoding="utf-8")
    path = tmp_path / "campaign.yaml"
    text = SITES.format(topology="metro.yaml") + f"measure:\n  - mesh: {{{word}}}\n"
    path.write_text(text, encoding="utf-8")
    assert len(resolved(path).campaign.flows) == 3
    path.write_text(text.replace(word, "place: 拉萨"), encoding="utf-8")
    assert told(path)[0].startswith("FILE:8: no site has the place: '拉萨'; expected one of")


def test_links_carry_what_may_cross_them_and_sites_their_replies_too(write) -> None:
    text = "measure:\n  - pairs: [{src: hd, dst: xd}]\n    interval_ms: 10\n    request_bytes: 72\n"
    load = resolved(write(text)).load
    assert set(load.sites) == {"hd", "xd"}
    rate = load.sites["hd"]
    assert (rate.pps, rate.bps) == (100, 100 * 8 * (40 + 8 + 72))
    assert load.sites["xd"] == rate
    assert set(load.links.values()) == {rate}
    assert {end for _, end in load.links} == {"haidian", "xidan"}
    assert load.unplaced == 0


def test_the_sids_of_a_topology_are_worked_out_once_for_all_flows(write, monkeypatch) -> None:
    walks, sids = [], replay._sids
    monkeypatch.setattr(replay, "_sids", lambda topology: walks.append(1) or sids(topology))
    assert len(resolved(write("measure:\n  - mesh: all\n")).load.links) > 2
    assert len(walks) == 1


@pytest.mark.parametrize(
    ("budget", "over"),
    [
        ("site_pps: 9", ["site hd: 10 packets/s; expected at most 9 (site_pps)",
                         "site xd: 10 packets/s; expected at most 9 (site_pps)"]),
        ("site_pps: 10, site_bps: 9600, link_pps: 10, link_bps: 9600", []),
        ("link_bps: 9599", [
            "link haidian~xidan from haidian: 9600 bit/s; expected at most 9599 (link_bps)"]),
    ],
)  # fmt: skip
def test_a_budget_is_kept_to_the_bit(write, budget: str, over: list[str]) -> None:
    text = (
        f"budget: {{{budget}}}\nmeasure:\n  - pairs: [{{src: hd, dst: xd}}]\n    interval_ms: 100\n"
    )
    path = write(text)
    if not over:
        resolved(path)
        return
    lines = told(path)
    assert len(lines) == 2
    assert all(line.startswith("FILE:7: over the budget: ") for line in lines)
    if over[0].startswith("site"):
        assert [line.partition("over the budget: ")[2].partition(".")[0] for line in lines] == over


def test_lists_are_those_of_the_plan_without_the_sid_that_decapsulates(write) -> None:
    path = write(
        "plan: plan.json\nmeasure:\n  - pairs: [{src: xd, dst: hd}]\n    path: primary\n"
        "    return_path: primary\n"
        "  - pairs: [{src: yz, dst: hd}]\n    path: primary\n    name: yz\n"
    )
    plan = path.with_name("plan.json")
    done = netkit("plan", METRO, "--pairs", "all", "--json")
    plan.write_text(done.stdout)
    pairs = {(one["src"], one["dst"]): one for one in json.loads(done.stdout)["pairs"]}
    flows = resolved(path).campaign.flows
    there = pairs["yizhuang-dc", "haidian"]["candidates"][0]["segment_lists"][0]["sids"]
    assert len(there) > 1
    assert flows[1].segments == tuple(there[:-1])
    assert flows[1].segment_list == "primary"
    back = pairs["haidian", "xidan"]["candidates"][0]["segment_lists"][0]["sids"]
    assert flows[0].return_segments == tuple(back[:-1])
    load = resolved(path).load
    assert load.unplaced == 0
    assert resolved(path).campaign.plan_digest is not None


def test_of_several_demands_the_list_is_that_of_the_bound_it_is_held_to(write) -> None:
    path = write("plan: plan.json\nmeasure:\n  - pairs: [{src: yz, dst: hd}]\n    path: primary\n")
    document = json.loads(netkit("plan", METRO, "--pairs", "all", "--json").stdout)
    (own,) = [one for one in document["pairs"]
              if (one["src"], one["dst"]) == ("yizhuang-dc", "haidian")]  # fmt: skip
    other = json.loads(json.dumps(own))
    other["bound_ms"] = 7.0
    other["candidates"][0]["segment_lists"][0]["sids"][0] = "5f00:0:9:9::"
    document["pairs"] = [other, own]
    path.with_name("plan.json").write_text(json.dumps(document))
    (flow,) = resolved(path).campaign.flows
    assert flow.bound_us == own["bound_ms"] * 1000
    assert flow.segments == tuple(own["candidates"][0]["segment_lists"][0]["sids"][:-1])


def test_everything_that_cannot_be_had_is_told_with_its_line(write) -> None:
    assert told(
        write(
            'measure:\n  - pairs:\n    - {src: xd, dst: yz}\n    path: ["5f00:0:1:1::"]\n'
            "  - pairs: [{src: xd, dst: hd}]\n    path: primary\n"
            "  - star: {centre: hd, sites: [xd]}\n"
            "  - star: {centre: hd, sites: [xd]}\n"
        )
    ) == [
        "FILE:9: segments need IPv6: xd to yz; expected an IPv6 address of yz",
        "FILE:11: no plan has its primary path: xd to hd; expected plan: a file",
        "FILE:14: the flow main of this pair is already in line 13: hd to xd. Give one of the two"
        " measurements another name.",
    ]


def test_unknown_nodes_and_rounds_that_are_too_short(write) -> None:
    path = write("round_s: 10\nmeasure: [{mesh: all}]\n")
    too_long = (
        "FILE:8: a round takes longer than round_s: 22.1 s; expected at most 10 s. Fewer probes,"
        " closer together."
    )
    assert told(path) == [too_long]
    path.write_text(path.read_text().replace("node: xidan", "node: xidn"))
    assert told(path) == [
        "FILE:4: unknown node: xidn; expected a node of lab-metro. Did you mean 'xidan'?",
        too_long,
        "FILE: not judged, as it depends on what is wrong: tiers of flows in line 8",
    ]


def test_a_store_that_cannot_be_used_is_told_with_what_is_wrong_in_the_file(write) -> None:
    path = write("measure:\n  - pairs: [{src: xd, dst: hdd}]\n")
    older = path.with_name("older.sqlite")
    with open_store(f"sqlite:///{older}"):
        pass
    with closing(sqlite3.connect(older)) as connection, connection:
        connection.execute("UPDATE netkit_version SET version_num = '0001'")
    urls = {"mysql://x": "URL of a store", f"sqlite:///{older}": "database of an older netkit"}
    for url, message in urls.items():
        for words in (("probe", "run", "--store"), ("agent", "--store")):
            done = netkit(*words, url, path, "--site", "xd")
            assert done.returncode == 3
            assert message in done.stderr
            assert "unknown site: 'hdd'" in done.stderr
    away = netkit("agent", path, "--site", "xd", "--deliver", "mysql://x")
    assert "URL of a store" in away.stderr
    assert "unknown site: 'hdd'" in away.stderr


def test_more_probes_than_a_session_keeps_are_for_the_lab_alone(write) -> None:
    path = write("count: 100001\nmeasure: [{pairs: [{src: xd, dst: hd}]}]\n")
    assert told(path) == ["FILE:8: count: 100001; expected at most 100000"]


def test_a_site_that_only_answers_and_one_that_is_not_there(write) -> None:
    path = write("measure:\n  - pairs: [{src: hd, dst: xd}]\n")
    for site, message in (("hdd", "Did you mean 'hd'"), ("xd", "only answers")):
        with pytest.raises(InputError, match=message):
            judge_campaign(path, SiteShare(site).judge).checked()
    judge_campaign(path, SiteShare("xd", must_send=False).judge).checked()


def test_starts_are_spread_over_what_the_round_leaves(write) -> None:
    text = "round_s: 60\nmeasure:\n  - mesh: all\n    count: 10\n    interval_ms: 100\n"
    campaign = resolved(write(text)).campaign
    site = campaign.site("xd")
    (flow,) = campaign.sent_by("xd")
    slack_ns = 60 * S - (10 * 100 * MS + 100 * MS + 2 * S)
    offsets = [start_offset_ns("metro", 0, flow, number, slack_ns) for number in range(200)]
    assert all(0 <= offset < slack_ns for offset in offsets)
    assert len(set(offsets)) == 200
    assert 0.4 < sum(offsets) / 200 / slack_ns < 0.6
    now_ns = 7 * 60 * S
    (target,) = targets_of(campaign, site, {}, now_ns, wait=True)
    assert target.start_ns == now_ns + offsets[7]
    (late,) = targets_of(campaign, site, {}, now_ns + offsets[7] + 1, wait=True)
    assert late.start_ns == target.start_ns
    (at_once,) = targets_of(campaign, site, {}, now_ns, wait=False)
    assert at_once.start_ns == 0


@pytest.mark.parametrize(("interval_ms", "within"), [(100, True), (300, True), (301, False)])
def test_probes_of_a_round_are_in_one_window_where_they_fit(write, interval_ms, within) -> None:
    """Of rounds of ten seconds every sixth had some in the next window: by a few of them neither
    a tier nor the share that is lost is told."""
    text = (
        f"interval_ms: {interval_ms}\nround_s: 300\nmeasure: [{{pairs: [{{src: xd, dst: hd}}]}}]\n"
    )
    campaign = resolved(write(text)).campaign
    sending_ns, offsets = 100 * interval_ms * MS, []
    for number in range(400):
        now_ns = number * 300 * S
        (target,) = targets_of(campaign, campaign.site("xd"), {}, now_ns, wait=True)
        offsets.append(target.start_ns - now_ns)
    assert max(offsets) + sending_ns + 2 * S + 100 * MS <= 300 * S
    fits = [one % (60 * S) + sending_ns <= 60 * S for one in offsets]
    assert all(fits) is within
    assert {one // (60 * S) for one in offsets} >= set(range(4))
    assert len(set(offsets)) == 400


def test_keys_that_cannot_be_read_are_all_told_before_anything_is_sent(write, tmp_path) -> None:
    path = write("measure:\n  - star: {centre: xd, sites: [hd, yz]}\n")
    text = path.read_text().replace("192.0.2.2]", "192.0.2.2], key_file: hd.key")
    path.write_text(text.replace("[192.0.2.3]", "[192.0.2.3], key_file: yz.key"))
    (tmp_path / "yz.key").write_text("00" * 32)
    (tmp_path / "yz.key").chmod(0o644)
    with pytest.raises(InputError) as caught:
        judge_campaign(path, SiteShare("xd").judge).checked()
    problems = caught.value.problems
    assert [one.line for one in problems] == [5, 6]
    assert [Path(str(one.value).split()[0]).name for one in problems] == ["hd.key", "yz.key"]
