"""A campaign damaged in many places at once: one run tells all of them, and nothing twice.

What hides behind another damage is named as not judged; nothing that is whole is complained of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from command import netkit
from examples import examples
from goldens import ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netkit.errors import InputError, Problem
from netkit.files.campaigns.reading import Hidden
from netkit.workflows.campaigns.field import judge_campaign
from netkit.workflows.campaigns.lab_campaign import load_campaigns
from netkit.workflows.campaigns.share import SiteShare

METRO = ROOT / "topologies" / "lab-metro.yaml"
VALID = f"""\
name: metro
topology: {METRO}
plan: plan.json
profile: "2023"
window_s: 60
round_s: 300
seed: 3
budget:
  site_pps: 1000
  link_bps: 1e6
sites:
  - {{name: a, node: xidan, addresses: ["2001:db8::1"], key_file: a.key}}
  - {{name: b, node: haidian, addresses: ["2001:db8::2"]}}
  - {{name: c, node: yizhuang-dc, addresses: ["2001:db8::3"], key_file: c.key}}
  - {{name: d, node: changping, addresses: ["2001:db8::4"], port: 8862}}
  - {{name: e, node: tongzhou, addresses: ["2001:db8::5"], clock: free_running}}
measure:
  - mesh: [a, b]
    name: m
    count: 100
  - star: {{centre: a, sites: [c, d]}}
    interval_ms: 100
  - cross: {{from: {{role: cluster}}, to: {{role: city}}}}
    name: x
    dscp: 46
  - pairs:
      - {{src: a, dst: b}}
      - {{src: a, dst: e}}
    path: primary
    name: p
  - rings: {{sites: all, rings: 2}}
    name: r
  - cover: all
    name: v
    request_bytes: 200
"""
FLOWS = frozenset({Hidden.FLOWS, Hidden.NAMES, Hidden.NODES})


@dataclass(frozen=True)
class Damage:
    """``old`` becomes ``new``; it is told in the line with ``told``, ``old`` unless given, or may
    be hidden as one of ``behind``."""

    old: str
    new: str
    behind: frozenset[Hidden] = frozenset()
    told: str = ""

    @property
    def place(self) -> int:
        """The line, from 1."""
        return _line_with(self.old)

    @property
    def told_in(self) -> int:
        """The line that the message names."""
        return _line_with(self.told or self.old)


def _line_with(text: str) -> int:
    (found,) = (n for n, line in enumerate(VALID.splitlines(), 1) if text in line)
    return found


DAMAGES = [
    Damage("name: metro", "name: 12"),
    Damage(f"topology: {METRO}", "topology: nowhere.yaml"),
    Damage(f"topology: {METRO}", "topology: [a]"),
    Damage(f"topology: {METRO}", f"topologie: {METRO}"),
    Damage("plan: plan.json", "plan: nowhere.json"),
    Damage("plan: plan.json", "plan: a.key"),
    Damage('profile: "2023"', 'profile: "2032"'),
    Damage("window_s: 60", "window_s: 7"),
    Damage("round_s: 300", "round_s: often"),
    Damage("seed: 3", "sede: 3"),
    Damage("site_pps: 1000", "site_pps: 1", FLOWS | {Hidden.PATHS}),
    Damage("site_pps: 1000", "site_pps: -1"),
    Damage("link_bps: 1e6", "link_bps: 1", FLOWS | {Hidden.PATHS}),
    Damage("link_bps: 1e6", "link_bsp: 1"),
    Damage("node: xidan", "node: xidn", frozenset({Hidden.NODES})),
    Damage("node: haidian", "node: haidian-dc", frozenset({Hidden.NODES})),
    Damage("key_file: a.key", "key_file: nowhere.key"),
    Damage("key_file: a.key", "key_fiel: a.key"),
    Damage("name: b", "name: b b"),
    Damage("name: b", "name: a"),
    Damage("2001:db8::2", "10.0.0.256"),
    Damage("2001:db8::2", "2001:db8::1"),
    Damage('addresses: ["2001:db8::2"]', "adresses: []"),
    Damage("node: yizhuang-dc", "node: 12"),
    Damage("key_file: c.key", "key_file: plan.json", FLOWS),
    Damage("port: 8862", "port: 0"),
    Damage("port: 8862", "prot: 8862"),
    Damage("clock: free_running", "clock: fast"),
    Damage("mesh: [a, b]", "mesh: [a, bb]", frozenset({Hidden.NAMES})),
    Damage("mesh: [a, b]", "mesh: [a]", FLOWS),
    Damage("mesh: [a, b]", "mehs: [a, b]"),
    Damage("count: 100", "count: 9999", FLOWS | {Hidden.ROUNDS}, told="mesh: [a, b]"),
    Damage("count: 100", "cuont: 100"),
    Damage("centre: a,", "centre: z,", frozenset({Hidden.NAMES})),
    Damage("centre: a,", "center: a,"),
    Damage("interval_ms: 100", "interval_ms: 0"),
    Damage("role: cluster", "role: clustr", FLOWS),
    Damage("dscp: 46", "dscp: 64"),
    Damage("{src: a, dst: b}", "{src: a, dst: a}"),
    Damage("{src: a, dst: b}", "{src: a, dst: q}", frozenset({Hidden.NAMES})),
    Damage("{src: a, dst: e}", "{src: a, dst: b}", frozenset({Hidden.FLOWS})),
    Damage("path: primary", "path: primry"),
    Damage("path: primary", 'path: ["5f00::1", 12]'),
    Damage("name: p", "name: m", FLOWS | {Hidden.PATHS}, told="{src: a, dst: b}"),
    Damage("rings: 2}", "rings: 9}", FLOWS),
    Damage("name: r", "name: [r]"),
    Damage("cover: all", "cover: most"),
    Damage("request_bytes: 200", "request_bytes: 73"),
]


@st.composite
def damages(draw) -> list[Damage]:
    """At most one in a line, neither of the file nor of the messages."""
    found: dict[int, Damage] = {}
    for one in draw(st.lists(st.sampled_from(DAMAGES), max_size=14)):
        places = {one.place, one.told_in}
        if not places & {p for other in found.values() for p in (other.place, other.told_in)}:
            found[one.place] = one
    return list(found.values())


@cache
def plan_text() -> str:
    done = netkit("plan", METRO, "--pairs", "all", "--json")
    assert done.returncode == 0, done.stderr
    return done.stdout


def problems_of(chosen: Iterable[Damage]) -> tuple[tuple[Problem, ...], str]:
    """What is told of the damaged file, and of it what is not judged."""
    text = VALID
    for one in chosen:
        text = text.replace(one.old, one.new, 1)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "campaign.yaml"
        path.write_text(text)
        (path.parent / "plan.json").write_text(plan_text())
        for name in ("a.key", "c.key"):
            key = path.with_name(name)
            key.write_text("5a" * 32)
            key.chmod(0o600)
        problems = judge_campaign(path, SiteShare("a", reflects=True).judge).problems
    hidden = [one for one in problems if one.what.startswith("not judged")]
    assert len(hidden) <= 1
    told = tuple(one for one in problems if one not in hidden)
    return told, str(hidden[0].value) if hidden else ""


@settings(max_examples=examples(200, one_in=3), deadline=None)
@given(damages())
@example([])
@example([one for one in DAMAGES if one.old in ("name: b", "path: primary")][1:3])
def test_each_damage_is_told_once_or_named_as_not_judged(chosen: list[Damage]) -> None:
    told, hidden = problems_of(chosen)
    lines = [one.line for one in told]
    for one in chosen:
        if one.told_in not in lines:
            assert any(what in hidden for what in one.behind), (one, told, hidden)
    expected = {one.told_in for one in chosen}
    assert set(lines) <= expected, (told, hidden)
    many = {one.told_in for one in chosen if one.old in ("site_pps: 1000", "link_bps: 1e6")}
    once = [line for line in lines if line not in many]
    assert len(once) == len(set(once)), told


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.new)
def test_each_damage_alone_is_told_with_what_was_expected(damage: Damage) -> None:
    told, _ = problems_of([damage])
    assert {one.line for one in told} == {damage.told_in}
    assert all(one.expected or one.remedy or one.value for one in told), told


def test_one_of_every_kind_is_told_in_one_run() -> None:
    news = ("node: haidian-dc", "key_file: plan.json", "mesh: [a, bb]", "dscp: 64", "rings: 9}",
            'profile: "2032"', "plan: nowhere.json", "site_pps: 1", "prot: 8862", "sede: 3",
            "round_s: often", "{src: a, dst: q}", "request_bytes: 73")  # fmt: skip
    chosen = [one for one in DAMAGES if one.new in news]
    told, hidden = problems_of(chosen)
    assert {one.line for one in told} == {one.told_in for one in chosen}
    assert all(what in hidden for what in (Hidden.FLOWS, Hidden.PATHS, Hidden.BUDGET))


def test_the_lab_tells_all_files_at_once(tmp_path: Path) -> None:
    files = []
    for name, node in (("one", "xidn"), ("two", "haidan")):
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(
            f"name: {name}\ntopology: {METRO}\nmeasure:\n  - pairs: [{{src: {node}, dst: xidan}}]\n"
        )
    files.append(tmp_path / "three.yaml")
    files[-1].write_text("name: [\n")
    with pytest.raises(InputError) as caught:
        load_campaigns(files)
    told = {Path(str(one.file)).stem for one in caught.value.problems if one.line}
    assert told == {"one", "two", "three"}
