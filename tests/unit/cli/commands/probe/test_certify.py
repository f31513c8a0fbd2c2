"""``netkit probe certify`` from CSV files of samples to verdicts, whatever the clocks."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
import typer
from goldens import ROOT

from netkit import api
from netkit.cli.commands.probe.certify import certify
from netkit.cli.grammar.durations import Duration
from netkit.errors import ExitCode, InputError
from netkit.files.native.topology import load_topology
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.sample_row import Row
from netkit.store.samples_csv import read_samples, write_samples

TOPOLOGY = ROOT / "topologies" / "lab-region.yaml"
SITES = ("qingpu-dc", "wuhu-dc", "nanjing")
MS = 1_000_000
KERNEL, PROGRAM = StampSource.KERNEL, StampSource.USERSPACE


def rows(offset_ns: dict[str, int], delay_ns: int = 2 * MS, count: int = 20) -> list[Row]:
    """Each site probes each other for 2 s; back takes 0.3 ms longer than there."""
    made: list[Row] = []
    for src, dst in permutations(SITES, 2):
        for number in range(count):
            t1 = 1_763_800_000 * 10**9 + number * 100 * MS
            t2, t3 = t1 + delay_ns, t1 + delay_ns + MS
            t4 = t3 + delay_ns + 300_000
            stamps = [
                Stamp(time + offset_ns.get(site, 0), KERNEL)
                for time, site in ((t1, src), (t2, dst), (t3, dst), (t4, src))
            ]
            made.append((src, dst, Sample(number, Outcome.RECEIVED, *stamps, reply_ttl=60)))
    return made


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def go(samples: list[Row], code: ExitCode, **options: object) -> dict:
        path = tmp_path / "samples.csv"
        write_samples(path, samples)
        with pytest.raises(typer.Exit) as ended:
            certify([path], TOPOLOGY, json=True, **options)
        assert ended.value.exit_code == code
        return json.loads(capsys.readouterr().out)

    return go


def test_verdicts_do_not_depend_on_the_clocks(run) -> None:
    """5 ms tiers: sure whatever the clocks; so is every interval, to the ns."""
    steady = run(rows({}), ExitCode.OK)
    shifted = run(rows({"wuhu-dc": 700 * MS, "nanjing": -(10**9)}), ExitCode.OK)
    assert steady["verdict"] == "pass"
    assert len(steady["ways"]) == 6
    for one, other in zip(steady["ways"], shifted["ways"], strict=True):
        assert one["certain"] == other["certain"]
        assert one["certain"]["low_ns"] <= 2_300_000 <= one["certain"]["high_ns"]
        assert one["bound_ns"] == 5 * MS
        assert one["count"] == 40
    assert {way["measured_ns"] for way in steady["ways"]} == {2_300_000}
    assert len({way["measured_ns"] for way in shifted["ways"]}) > 3


def test_a_certain_breach_and_one_that_cannot_be_told(run) -> None:
    slow = run(rows({}, delay_ns=9 * MS), ExitCode.UNKNOWN, bound=Duration(12 * MS))
    assert {way["verdict"] for way in slow["ways"]} == {"inconclusive"}
    errors = [f"{site}=0.1ms" for site in SITES]
    stated = run(
        rows({}, delay_ns=9 * MS), ExitCode.BREACH, bound=Duration(8 * MS), clock_error=errors
    )
    assert stated["verdict"] == "breach"
    held = run(rows({}, delay_ns=9 * MS), ExitCode.OK, bound=Duration(12 * MS), clock_error=errors)
    assert held["ways"][0]["certain"]["high_ns"] < 10 * MS


def test_clocks_that_may_drift_widen(run) -> None:
    steady = run(rows({}), ExitCode.OK, drift_ppm=0)["ways"][0]["certain"]
    loose = run(rows({}), ExitCode.OK, drift_ppm=1000)["ways"][0]["certain"]
    assert loose["high_ns"] > steady["high_ns"] + 5_000


def test_what_no_clocks_explain_is_named(run, capsys, tmp_path) -> None:
    wrong = run(rows({}, delay_ns=100_000), ExitCode.UNKNOWN, drift_ppm=0)
    cycle = wrong["contradiction"]["cycle"]
    assert wrong["contradiction"]["shortfall_ns"] > 0
    assert {step["src"] for step in cycle} <= set(SITES)
    assert wrong["verdict"] == "unknown"
    with pytest.raises(typer.Exit):
        certify([tmp_path / "samples.csv"], TOPOLOGY, drift_ppm=0)
    shown = capsys.readouterr().out
    assert "faster than light" in shown
    assert "6 directions: 6 unknown." in shown


@pytest.mark.parametrize(("added_ms", "code"), [(1, ExitCode.OK), (50, ExitCode.UNKNOWN)])
def test_delays_of_both_ends_are_put_together_and_a_pass_stands_with_poor_stamps(
    run, added_ms: int, code: ExitCode
) -> None:
    """They are in no figure; but what they show is the most that the probe can have taken."""
    mixed = rows({}, count=20)
    src, dst, sample = mixed[0]
    t2, t3, t4 = (one.time_ns + added_ms * MS for one in (sample.t2, sample.t3, sample.t4))
    stamps = (sample.t1, Stamp(t2, PROGRAM), Stamp(t3, KERNEL), Stamp(t4, KERNEL))
    late = Sample(99, Outcome.RECEIVED, *stamps)
    lost = Sample(100, Outcome.LOST, sample.t1)
    found = run([*mixed, (src, dst, late), (src, dst, lost)], code)
    assert [way["count"] for way in found["ways"]].count(40) == 5
    assert max(way["measured_ns"] for way in found["ways"]) == 2_300_000
    assert [way["verdict"] for way in found["ways"]].count("pass") == (6 if added_ms == 1 else 5)


def test_bad_input_is_told_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    write_samples(path, [("here", "there", Sample(0, Outcome.LOST))])
    with pytest.raises(InputError, match=r"here(.|\n)*nowhere(.|\n)*there"):
        certify([path], TOPOLOGY, clock_error=["nowhere=1ms"])
    with pytest.raises(InputError) as caught:
        certify([path], TOPOLOGY, clock_error=["x", "a=-1ms", "=2ms", "a=nan"])
    assert len(caught.value.problems) == 4
    write_samples(path, [])
    with pytest.raises(InputError, match="profile: 1999"):
        certify([path], TOPOLOGY, profile="1999")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not a CSV file"):
        certify([path], TOPOLOGY)
    path.write_text("src,dst\na,b\n")
    with pytest.raises(InputError, match=r"samples.csv:1: samples without columns.*t1_ns"):
        certify([path], TOPOLOGY)


def test_from_python_as_from_the_command(run, tmp_path: Path) -> None:
    shifted = rows({"wuhu-dc": 700 * MS, "nanjing": -(10**9)})
    told = run(shifted, ExitCode.OK, clock_error=["nanjing=1000.1ms"])
    topology = load_topology(TOPOLOGY)
    stated = {"nanjing": 1000.1}
    files = [tmp_path / "samples.csv"]
    for samples in (files, shifted, [*shifted[:50], *write_rest(tmp_path, shifted[50:])]):
        mesh = api.certify(samples, topology, clock_error_ms=stated)
        assert mesh.verdict == told["verdict"] == "pass"
        assert [
            {"low_ns": one.certified.delay.low_ns, "high_ns": one.certified.delay.high_ns}
            for one in mesh.ways
            if one.certified.delay is not None
        ] == [way["certain"] for way in told["ways"]]
    assert api.certify(files, topology, bound_ms=0.1).verdict == "breach"
    with pytest.raises(InputError, match="wuhu-dc: nan"):
        api.certify(files, topology, clock_error_ms={"wuhu-dc": float("nan")})


def write_rest(tmp_path: Path, samples: list[Row]) -> list[Path]:
    write_samples(tmp_path / "rest.csv", samples)
    return [tmp_path / "rest.csv"]


def test_samples_come_back_from_csv_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    made = [*rows({}, count=2), ("a", "b", Sample(7, Outcome.NOT_SENT, send_error_ns=-3))]
    write_samples(path, made)
    assert read_samples(path) == made
    lines = path.read_text().splitlines()
    lines[2] = lines[2].replace("received", "recieved")
    lines[3] = lines[3].replace("kernel", "colonel")
    lines[4] = lines[4].replace("17638", "9" * 30, 1)
    lines[5] = "a,b"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError) as caught:
        read_samples(path)
    assert [problem.line for problem in caught.value.problems] == [3, 4, 5, 6]


def test_the_furthest_times_that_are_read_end_in_a_verdict(run) -> None:
    """No difference of them overflows."""
    first, last = ((1 << 31) - 2_208_988_800) * 10**9, (1 << 32) * 10**9 - 1
    stamps = [Stamp(time, KERNEL) for time in (first, last, last, first + 1)]
    far = Sample(20, Outcome.RECEIVED, *stamps, reply_ttl=60, clock_set_ns=1 - (1 << 61))
    turned = [Stamp(time, KERNEL) for time in (last, first, first, last)]
    back = Sample(21, Outcome.RECEIVED, *turned, reply_ttl=60, clock_set_ns=(1 << 61) - 1)
    made = [*rows({}), ("wuhu-dc", "nanjing", far), ("wuhu-dc", "nanjing", back)]
    assert run(made, ExitCode.UNKNOWN)["verdict"] == "inconclusive"


def test_a_verdict_that_is_not_good_is_told_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        certify(write_rest(tmp_path, rows({})), TOPOLOGY, bound=Duration(1 * MS), json=True)
    assert ended.value.exit_code == ExitCode.BREACH
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "netkit: breach: 6 directions: 4 breach, 2 inconclusive"


@pytest.mark.parametrize("broken", ["lost", "impossible"])
def test_a_direction_that_nothing_is_known_of_is_no_pass(run, capsys, tmp_path, broken) -> None:
    """All others pass, and 0 says that all do."""
    ends = ("qingpu-dc", "nanjing")
    made = [one for one in rows({}) if {one[0], one[1]} != set(ends)]
    for number in range(20):
        t1, later = (
            Stamp(1_763_800_000 * 10**9 + number * 100 * MS + by, KERNEL) for by in (0, MS)
        )
        lost = Sample(number, Outcome.LOST, t1)
        impossible = Sample(number, Outcome.RECEIVED, t1, later, t1, later, reply_ttl=60)
        made.append((*ends, lost if broken == "lost" else impossible))
    found = run(made, ExitCode.UNKNOWN)
    assert found["verdict"] == "unknown"
    assert {way["verdict"] for way in found["ways"]} == {"pass"}
    silent = [(way["src"], way["dst"]) for way in found["silent"]]
    assert silent == sorted(permutations(ends))
    with pytest.raises(typer.Exit):
        certify([tmp_path / "samples.csv"], TOPOLOGY)
    shown = capsys.readouterr().out
    assert "No delay is known of 2 directions, nanjing → qingpu-dc first" in shown
    assert "6 directions: 4 pass, 2 unknown." in shown
