"""What a plan comes to stands last, on a screen; in a pipe every row is a line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command import invoked, netkit
from goldens import ROOT

TWO = str(ROOT / "topologies" / "lab-two-operators.yaml")
REGION = str(ROOT / "topologies" / "lab-region.yaml")
ALL = ("plan", TWO, "--pairs", "all")
COMMANDS = {
    "plan": ALL,
    "explain": ("explain", TWO, "shanghai-ct", "shanghai-cm"),
    "detour": ("detour", TWO, "--pairs", "all", "--top", "5"),
    "advise": ("advise", TWO, "--pairs", "all"),
    "survive": ("plan", "survive", TWO, "--pairs", "all"),
    "place": ("place", TWO, "--workload", "regional"),
    "topo-show": ("topo", "show", REGION),
    "topo-nodes": ("topo", "nodes", REGION),
    "replay": ("plan", "replay", REGION, "qingpu-dc", "wuhu-dc"),
}

SAME_IN_CHINESE = {
    "IGP", "SID", "SIDs", "SRLG", "ECMP", "MTU", "SRv", "uSID", "End", "DT", "B", "Encaps", "ms",
    "km", "netkit", "plan", "explain", "ct", "cm", "ix",
}  # fmt: skip
"""Names, units, and words of RFCs."""


def piped(*words: str, **env: str) -> str:
    return invoked(*words, env={"COLUMNS": None, **env}).stdout


@pytest.mark.parametrize("name", ["plan", "explain", "detour", "advise", "survive", "replay"])
def test_in_chinese_no_english_is_left(name: str) -> None:
    text = piped(*COMMANDS[name], "--lang", "zh")
    left = set(re.findall(r"(?<![\w~>.`-])[A-Za-z]{2,}(?![\w~>`-])", text)) - SAME_IN_CHINESE
    assert not left


@pytest.mark.parametrize("name", COMMANDS)
def test_plainly_it_is_as_in_a_pipe_however_narrow(name: str) -> None:
    text = piped(*COMMANDS[name])
    assert piped(*COMMANDS[name], NO_COLOR="1") == text
    assert piped(*COMMANDS[name], TERM="dumb") == text
    assert piped(*COMMANDS[name], COLUMNS="") == text
    assert piped(*COMMANDS[name], COLUMNS="0") == text
    assert piped(*COMMANDS[name], "--plain", COLUMNS="40") == text


def test_demands_with_a_bound_each_leave_the_answer_on_the_screen(tmp_path: Path) -> None:
    table = tmp_path / "demands.csv"
    rows = "".join(f"qingpu-dc,wuhu-dc,{one}\n" for one in (0.1, *range(20, 80)))
    table.write_text(f"src,dst,bound_ms\n{rows}")
    lines = netkit("plan", REGION, "--demands", str(table), width=80).stdout.splitlines()
    assert len(lines) <= 50
    (first, *_) = [line for line in lines if "kept by" in line]
    assert first.startswith("0.1 ms: kept by 0 of 1 pair"), "what is kept least is not left out"
    assert lines[-2:] == ["… and 57 more bounds", "61 pairs: 60 pass, 1 breach"]
    every = netkit("plan", REGION, "--demands", str(table), "--all", width=80).stdout
    assert every.count("kept by") == 61


def test_a_detour_of_each_demand_between_the_same_ends_is_a_row(tmp_path: Path) -> None:
    table = tmp_path / "demands.csv"
    ways = [(*ends, bound) for bound in (0.1, 20)
            for ends in (("qingpu-dc", "wuhu-dc"), ("wuhu-dc", "qingpu-dc"))]  # fmt: skip
    rows = "".join(f"{src},{dst},{bound}\n" for src, dst, bound in ways)
    table.write_text(f"src,dst,bound_ms\n{rows}")
    told = piped("detour", REGION, "--demands", str(table))
    rows_told = [line for line in told.splitlines() if " ↔ " in line]
    assert sorted("breach" in line for line in rows_told) == [False, True]


def test_the_answer_stands_last_and_the_rest_on_demand() -> None:
    lines = netkit(*ALL, width=80).stdout.splitlines()
    assert lines[-1] == "56 pairs: 52 pass, 4 breach"
    assert "5 ms: kept by 48 of 48 pairs, 100 %" in "\n".join(lines[-10:])
    assert sum(" → " in line for line in piped(*ALL, "--top", "3").splitlines()) == 3 + 3 + 2
    every = piped(*ALL, "--all").splitlines()
    assert sum(line.startswith(" ") and " → " in line for line in every) == 56


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("words", "code", "answer"),
    [
        (("topo", "show"), 0, r"147 .*381 .*762 "),
        (("advise",), 2, r"proved|已证明"),
    ],
)
def test_of_the_national_backbone_a_screen_whose_end_is_the_answer(
    words: tuple[str, ...], code: int, answer: str, lang: str
) -> None:
    file = ROOT / "topologies" / "east-data-west-compute.yaml"
    done = netkit(*words, file, "--lang", lang, width=80)
    lines = done.stdout.splitlines()
    assert done.returncode == code
    assert len(lines) <= 49, "and a line of stderr"
    assert re.search(answer, "".join(lines[-10:]))
