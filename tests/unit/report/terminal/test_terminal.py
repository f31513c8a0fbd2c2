"""Tables on the terminal: goldens at two widths, and hostile names."""

import io
from dataclasses import replace

import pytest
from goldens import check_golden
from rich.cells import cell_len
from rich.console import Console

from netkit.model.planning.plan import Plan
from netkit.model.verdict import Verdict
from netkit.report.terminal.explain import explain_pair
from netkit.report.terminal.lab.results import results_table
from netkit.report.terminal.plan import plan_table
from netkit.report.terminal.screen import FULL
from netkit.report.words.text import list_text, visible, worth_showing
from netkit.report.words.units import percent_text


def rendered(renderable, width):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(renderable)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_plan_table(plan, topology, width):
    check_golden(
        f"report/plan-{width}.txt", rendered(plan_table(plan, topology, width=width), width)
    )


@pytest.mark.parametrize("width", [80, 120])
def test_results_table(results, width):
    check_golden(
        f"report/results-{width}.txt", rendered(results_table(results, width=width), width)
    )


def test_without_the_lab_it_says_so_and_shows_the_plan(unrun):
    check_golden("report/no-lab-80.txt", rendered(results_table(unrun, width=80), 80))


def test_explain(plan, topology):
    shown = [
        explain_pair(plan.pair[ends], topology, width=80)
        for ends in (("zhongwei", "beijing"), ("beijing", "zhongwei"), ("nowhere", "zhongwei"))
    ]
    check_golden("report/explain-80.txt", "\n".join(rendered(one, 80) for one in shown))


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_is_wider_than_the_terminal(results, width):
    assert (
        max(map(cell_len, rendered(results_table(results, width=width), width).split("\n")))
        <= width
    )


def test_of_many_pairs_those_that_fail_are_shown(plan, topology):
    text = rendered(plan_table(plan, topology, width=80, limit=2), 80)
    assert "nowhere → zhongwei" in text
    assert "zhongwei → beijing" in text
    assert "beijing → zhongwei" not in text
    assert "… and 3 more pairs" in text


def test_of_many_reasons_the_first_are_shown(results):
    failing = results.plan.pairs[4]
    more = tuple(
        replace(failing, demand=replace(failing.demand, dst=dst)) for dst in ("xian", "taiyuan")
    )
    plan = replace(results.plan, pairs=(*results.plan.pairs, *more))
    text = rendered(results_table(replace(results, plan=plan), width=80, limit=1), 80)
    assert text.count("light in fibre") == 1
    assert "… and 2 more pairs" in text
    assert "… and 1 more pair\n" in text.replace(" \n", "\n")


def test_names_cannot_steer_the_terminal(plan, topology):
    demand = replace(plan.pairs[4].demand, src="[red]\x1b[31mevil\u202e\nname[/red]")
    hostile = Plan(topology.name, "2023", (replace(plan.pairs[4], demand=demand),))
    text = rendered(plan_table(hostile, topology, width=120), 120)
    assert r"[red]\u001b[31mevil\u202e\u000aname[/red]" in text
    assert not {"\x1b", "\u202e"} & set(text)


def test_colours_are_never_the_only_word(plan, topology):
    text = rendered(plan_table(plan, topology, width=80), 80)
    assert text.count("pass") == 4  # in its row each
    assert text.count("breach") == 2  # with the reason as well


def test_words():
    assert percent_text(0.99996) == "99.9 %"
    assert percent_text(1.0) == "100 %"
    assert percent_text(0.00004) == "0.1 %"
    assert percent_text(0.0) == "0 %"
    assert percent_text(None) == "–"
    assert list_text(["a", "b", "c", "d", "e"], 3) == "a, b, … 2 more …, e"
    assert list_text(["a", "b", "c"], 3) == "a, b, c"
    assert visible("Zürich 北京") == "Zürich 北京"
    verdicts = [Verdict.PASS, Verdict.PASS, Verdict.UNKNOWN, Verdict.PASS, Verdict.BREACH]
    assert worth_showing(range(5), 3, lambda i: verdicts[i]) == [0, 2, 4]


def test_in_full_width_each_direction_is_one_line(results):
    """What grep finds has its names, its figures and its verdict."""
    text = rendered(results_table(results, width=FULL), FULL)
    for pair in results.pairs:
        if pair.measured is None:
            continue
        src, dst = pair.plan.demand.src, pair.plan.demand.dst
        for name in (f"{src} → {dst}", f"{dst} → {src}"):
            (line, *_) = [one for one in text.splitlines() if one.strip().startswith(name)]
            assert pair.verdict.value in line
            assert "←" not in line
