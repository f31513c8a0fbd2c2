"""Scenario files: every problem at once with its line; what ships is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from goldens import ROOT

from netkit.errors import InputError
from netkit.files.drills.scenario import read_scenario
from netkit.lab.drills.preparation import prepare
from netkit.model.drills.scenario import Ailment, ClockFault, Event, Reaction, Strike
from netkit.model.network.geo import Coordinates
from netkit.workflows.drills.run import load_drill, plan_drill, shipped_scenarios

GOOD = """\
netkit: drill/1
name: one
topology: a.yaml
pairs: [{src: a, dst: b}]
length_s: 9
reaction: {repair_ms: never, lost_in_a_row: 3}
events:
  - {at_s: 1, cut: {link: x, srlgs: [s, t]}, for_s: 0.2, repeat: 2, every_s: 0.5}
  - {at_s: 4, cut: {earthquake: {at: [31, 103.5], radius_km: 200}, random: 2}}
"""
BAD = """\
netkit: drill/1
name: two
pairs: [{src: a, dst: a}]
length_s: 5
flows: 0
reaction: {repair_ms: 500, switch_ms: 100}
events:
  - {at_s: 1, cut: {lnk: x}}
  - {at_s: 2, cut: {flood: {along: [[1, 2]], width_km: 3}}}
  - {at_s: 7, restore: all}
  - {at_s: 8}
  - {at_s: 3, degrade: {link: x}, for_s: 0.5}
  - {at_s: 4, degrade: {link: x, delay_ms: 2, loss_run: 3, over_s: 2}, for_s: 0.5}
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "drill.yaml"
    file.write_text(text)
    return file


def test_an_event_that_repeats_is_written_out(tmp_path: Path) -> None:
    scenario = read_scenario(written(tmp_path, GOOD))
    cut = Strike(links=("x",), srlgs=("s", "t"))
    assert scenario.events == (
        Event(1, cut), Event(1.2, None), Event(1.5, cut), Event(1.7, None),
        Event(4, Strike(along=(Coordinates(31, 103.5),), radius_km=200, random=2)),
    )  # fmt: skip
    assert scenario.reaction == Reaction(None, None, 3, 1500)
    assert scenario.topology == tmp_path / "a.yaml"


def test_every_problem_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_scenario(written(tmp_path, BAD))
    said = [(p.line, p.what) for p in caught.value.problems]
    assert {line for line, _ in said} == {3, 5, 6, 8, 9, 10, 11, 12, 13}
    words = " ".join(map(str, caught.value.problems))
    for what in ("'lnk'", "hits nothing", "two places", "after the end", "ascending",
                 "while another one lasts", "degraded in nothing", "no longer than for_s",
                 "at a loss of 0 %"):  # fmt: skip
        assert what in words
    assert "link" in re.search(r"Did you mean.*", words)[0]


@pytest.mark.parametrize("name", shipped_scenarios())
def test_what_ships_can_be_run(name: str) -> None:
    scenario, topology = load_drill(name)
    assert scenario.name == name
    prepared = prepare(topology, plan_drill(scenario, topology), scenario)
    hit = any(one.hit for struck in prepared.expected.values() for one in struck.values())
    assert hit is not any(event.clock for event in scenario.events)


def test_the_page_names_every_field() -> None:
    page = (ROOT / "docs" / "drills.md").read_text()
    reader = "".join((ROOT / "netkit" / "files" / "drills" / f"{name}.py").read_text()
                     for name in ("scenario", "events"))  # fmt: skip
    keys = {key for group in re.findall(r"KEYS = \(([^)]*)\)", reader)
            for key in re.findall(r'"(\w+)"', group)}  # fmt: skip
    assert len(keys) > 25
    assert {key for key in keys if f"`{key}" not in page} == set()


def test_a_grey_failure_is_read_in_its_units(tmp_path: Path) -> None:
    grey = "{link: x, from: a, delay_ms: 1.5, loss_percent: 20, loss_run: 4, over_s: 2}"
    text = GOOD.replace("cut: {link: x, srlgs: [s, t]}, for_s: 0.2, repeat: 2, every_s: 0.5",
                        f"degrade: {grey}, for_s: 2")  # fmt: skip
    event, restored, _ = read_scenario(written(tmp_path, text)).events
    assert event == Event(1, Strike(links=("x",)), None, Ailment("a", 1500, 0, 0.2, 4, 0.0, 2))
    assert restored == Event(3, None)


def test_a_name_that_nobody_has_lists_what_ships() -> None:
    with pytest.raises(InputError, match="region/srlg-huning"):
        load_drill("nowhere")


CLOCKS = """\
netkit: drill/1
name: clocks
pairs: [{src: a, dst: b}, {src: b, dst: c}]
length_s: 9
events:
"""


def with_events(tmp_path: Path, *events: str) -> Path:
    return written(tmp_path, CLOCKS + "".join(f"  - {one}\n" for one in events))


def test_what_happens_to_clocks(tmp_path: Path) -> None:
    slow = "{at_s: 1, clock: {host: b, drift_ppm: -50}, for_s: 2}"
    both = "{at_s: 4, clock: {hosts: [a, a], drift_ppm: 0.5, offset_ms: -3}}"
    scenario = read_scenario(with_events(tmp_path, slow, both))
    assert scenario.events == (
        Event(1, None, clock=ClockFault(("b",), drift_ppb=-50_000)), Event(3, None),
        Event(4, None, clock=ClockFault(("a",), -3_000, 500)),
    )  # fmt: skip
    assert [event.restores for event in scenario.events] == [False, True, False]


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ("{at_s: 1, clock: {drift_ppm: -50}}", "clocks of no host"),
        ("{at_s: 1, clock: {host: b}}", "clocks that do nothing wrong"),
        ("{at_s: 1, clock: {host: bb, drift_ppm: -50}}", "a host that no pair probes"),
        ("{at_s: 1, clock: {hosts: [a, b], drift_ppm: 5}}", "clocks of more than half"),
        ("{at_s: 1, clock: {host: b, drift_ppm: 1001}}", "1000"),
        ("{at_s: 1, clock: {host: b, drift_pm: 5}}", "drift_ppm"),
        ("{at_s: 1, cut: {link: x}, clock: {host: b, drift_ppm: 5}}", "one of them"),
    ],
)
def test_clocks_that_nothing_can_be_seen_of_are_refused(
    tmp_path: Path, event: str, what: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_scenario(with_events(tmp_path, event))
    assert what in str(caught.value)
    assert {problem.line for problem in caught.value.problems} == {6}


def test_a_clock_does_not_go_wrong_while_a_link_is_gone(tmp_path: Path) -> None:
    cut, slow = "{at_s: 1, cut: {link: x}}", "{at_s: 2, clock: {host: b, drift_ppm: -5}}"
    with pytest.raises(InputError, match="while another one lasts"):
        read_scenario(with_events(tmp_path, cut, slow))


def test_an_event_after_the_last_probe_is_refused(tmp_path: Path) -> None:
    """The last of them leaves an interval before the end."""
    late = GOOD.replace("at_s: 4", "at_s: 8.985")
    with pytest.raises(InputError, match="after the last probe") as caught:
        read_scenario(written(tmp_path, late))
    assert [(p.line, p.expected) for p in caught.value.problems] == [(9, "before 8.98 s")]
    assert len(read_scenario(written(tmp_path, late + "interval_ms: 5\n")).events) == 5


def test_nothing_happens_before_there_is_something_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at_s: 0; expected a number greater than 0"):
        read_scenario(written(tmp_path, GOOD.replace("at_s: 1", "at_s: 0")))


def test_what_is_wrong_with_a_profile_is_said_with_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "netkit: tiers/1\nname: mine\ntiers:\n  city: {bound_ms: -1}\n"
    )
    with pytest.raises(InputError) as caught:
        read_scenario(written(tmp_path, GOOD + "profile: mine.yaml\n"))
    assert any(one.file == str(tmp_path / "mine.yaml") and one.line == 4
               for one in caught.value.problems)  # fmt: skip
    with pytest.raises(InputError, match=r"nowhere\.yaml"):
        read_scenario(written(tmp_path, GOOD + "profile: nowhere.yaml\n"))
    with pytest.raises(InputError, match="Did you mean '2023'"):
        read_scenario(written(tmp_path, GOOD + 'profile: "2024"\n'))
