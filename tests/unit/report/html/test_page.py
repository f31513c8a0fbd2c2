"""The HTML report: well-formed, self-contained, escaped everywhere, the same bytes every time."""

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from netkit.language.chosen import Language, in_language
from netkit.model.network.topology import Topology
from netkit.model.planning.reason import NoPath, Reason
from netkit.report.html.page import render_html
from netkit.report.results import LabFacts, LoopResults, RunFacts

VOID = {"meta", "br", "hr", "img", "link", "input"}
EVIL = "\"'></title></style></svg><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"


class Page(HTMLParser):
    """Checks nesting while it reads; keeps the elements, their attributes, and the text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.text = [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def count(self, tag):
        return sum(name == tag for name, _ in self.elements)


@pytest.fixture(scope="session")
def page(results):
    return Page(render_html(results))


def test_it_is_well_formed_and_has_its_parts(page):
    rows = [attrs for tag, attrs in page.elements if tag == "tr" and "data-pair" in attrs]
    assert len(rows) == 3
    assert any(attrs.get("id") == "map" for tag, attrs in page.elements if tag == "svg")
    for words in ("two-capitals", "one-way", "11.150", "End.X xian>beijing", "5f00:0:2:e001::",
                  "strayed", "target missed", "light in fibre needs 6.432 ms"):  # fmt: skip
        assert words in page.text


def test_it_loads_nothing(results):
    text = render_html(results)
    assert not re.search(r"https?:|//[a-z]|url\(|@import|\bsrc=|<link|<iframe", text)
    assert "default-src 'none'" in text
    links = [attrs["href"] for _, attrs in Page(text).elements if "href" in attrs]
    assert links
    assert all(link.startswith("#") for link in links)


def _hostile(topology, plan):
    """The same results, with every string that comes from outside replaced or extended."""

    def evil(name):
        return None if name is None else f"{name}{EVIL}"

    nodes = tuple(
        replace(node, operator=evil(node.operator), place=evil(node.place))
        for node in topology.nodes
    )
    fabrics = tuple(replace(fabric, place=EVIL) for fabric in topology.fabrics)
    pairs = tuple(
        replace(
            pair,
            demand=replace(pair.demand, tier=EVIL),
            reason=pair.reason and Reason(NoPath(EVIL, "west")),
        )
        for pair in plan.pairs
    )
    names = Topology(EVIL, nodes, topology.links, fabrics, description=EVIL)
    return names, replace(plan, pairs=pairs, profile=EVIL, topology=EVIL)


def _renamed(topology, plan):
    """The same results with a node whose very name is hostile; the plan speaks of it."""
    old = "nowhere"
    nodes = tuple(replace(n, name=EVIL) if n.name == old else n for n in topology.nodes)
    links = tuple(
        replace(link, id=EVIL, a=EVIL if link.a == old else link.a,
                b=EVIL if link.b == old else link.b)
        if old in (link.a, link.b) else link
        for link in topology.links
    )  # fmt: skip
    pairs = tuple(
        replace(pair, demand=replace(pair.demand, src=EVIL)) if pair.demand.src == old else pair
        for pair in plan.pairs
    )
    return replace(topology, nodes=nodes, links=links), replace(plan, pairs=pairs)


@pytest.mark.parametrize("ran", [True, False])
@pytest.mark.parametrize("spoil", [_hostile, _renamed])
def test_hostile_names_are_only_text(topology, plan, results, spoil, ran):
    names, evil_plan = spoil(topology, plan)
    lab = LabFacts(ran, EVIL, 1, 1, 1.0, EVIL, EVIL, EVIL)
    measured = results.measured if ran else {}
    page = Page(
        render_html(LoopResults(names, evil_plan, lab, measured, RunFacts(EVIL, EVIL, EVIL)))
    )
    assert EVIL in page.text
    assert page.count("script") == 1
    assert page.count("style") == 1
    assert page.count("img") == 0
    assert not [key for _, attrs in page.elements for key in attrs if key.startswith("on")]


def test_without_the_lab_it_says_so_and_how_to_get_it(unrun):
    page = Page(render_html(unrun))
    assert "The lab did not run: this report shows the plan only" in page.text
    assert "the lab needs root" in page.text
    assert "sudo make demo" in page.text
    assert "11.150" in page.text
    assert "p50" not in page.text


def test_without_coordinates_there_is_no_map(topology, plan, results):
    nodes = tuple(replace(node, coordinates=None) for node in topology.nodes)
    fabrics = tuple(replace(fabric, coordinates=None) for fabric in topology.fabrics)
    bare = replace(topology, nodes=nodes, fabrics=fabrics)
    page = Page(render_html(replace(results, topology=bare)))
    assert not any(attrs.get("id") == "map" for _, attrs in page.elements)
    assert "11.150" in page.text


def test_an_empty_plan_is_a_page_too(topology, plan):
    lab = LabFacts(False, skipped_because="nothing to measure")
    page = Page(render_html(LoopResults(topology, replace(plan, pairs=()), lab)))
    assert "0 of 0" in page.text


def test_same_results_same_bytes(results):
    here = Path(__file__).parents[1] / "conftest.py"
    code = (
        "import hashlib, importlib.util;"
        f"spec = importlib.util.spec_from_file_location('made', {str(here)!r});"
        "made = importlib.util.module_from_spec(spec); spec.loader.exec_module(made);"
        "from netkit.report.html.page import render_html;"
        "topology = made.make_topology();"
        "results = made.make_results(topology, made.make_plan(topology));"
        "print(hashlib.sha256(render_html(results).encode()).hexdigest())"
    )
    expected = hashlib.sha256(render_html(results).encode()).hexdigest()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == expected


def test_the_page_speaks_chinese(results, unrun):
    english = {"the", "of", "and", "pass", "Bound", "Planned", "Lost", "probes", "there", "back"}
    for made in (results, unrun):
        text = in_language(Language.ZH, render_html, made)
        assert '<html lang="zh">' in text
        assert "光在光纤中沿大圆传播的时间" in text
        inert = re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
        for own in (made.topology.description, made.lab.skipped_because, *made.lab.not_emulated):
            inert = inert.replace(own or "", " ")
        assert not english & set(re.findall(r"[A-Za-z]+", inert))
