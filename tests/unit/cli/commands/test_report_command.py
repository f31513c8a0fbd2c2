"""``netkit report`` from files: a page, or all that is wrong with them."""

import json
from pathlib import Path

import pytest
from command import netkit
from dashboard_process import minute_of, this_minute
from report_documents import plan_document, summary_document, topology_yaml

from netkit.store.windows.store import open_store

REGION = Path(__file__).parents[4] / "topologies" / "lab-region.yaml"


@pytest.fixture
def folder(tmp_path):
    plan = plan_document(2, 6)
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (tmp_path / "summary.json").write_text(json.dumps(summary_document(plan)), encoding="utf-8")
    (tmp_path / "doctor.json").write_text('{"schema": "netkit/doctor/1"}', encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "made-up.yaml").write_text(topology_yaml(2, 6), encoding="utf-8")
    return tmp_path


def test_a_page_of_two_documents_and_their_topology(folder):
    done = netkit("report", "plan.json", "summary.json", "--topology", "made-up.yaml",
                  "-o", "report.html", cwd=folder)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "report.html: netkit/summary/1, netkit/plan/1\n"
    first = (folder / "report.html").read_text(encoding="utf-8")
    assert '"cables":[[' in first
    again = netkit("report", "summary.json", "-o", "report.html", cwd=folder)
    assert again.returncode == 0
    assert '"map":null' in (folder / "report.html").read_text(encoding="utf-8")


def test_files_that_cannot_be_read_are_named_together(folder):
    done = netkit("report", "broken.json", "none.json", "-o", "report.html", cwd=folder)
    assert done.returncode == 3
    assert "broken.json:1" in done.stderr
    assert "none.json" in done.stderr
    assert not (folder / "report.html").exists()


def test_a_topology_in_the_place_of_a_document_is_told_as_one(folder):
    done = netkit("report", "made-up.yaml", "-o", "report.html", cwd=folder)
    assert done.returncode == 3
    assert "expected a document that netkit wrote as JSON" in done.stderr
    assert "This is YAML, a topology: plan it, and report on the plan." in done.stderr


def test_a_document_that_cannot_be_shown_is_refused(folder):
    done = netkit("report", "doctor.json", "-o", "report.html", cwd=folder)
    assert done.returncode == 3
    assert "no report can be made of this document" in done.stderr
    assert "netkit/plan/1" in done.stderr


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (
            {"schema": "netkit/plan/1"},
            "netkit/plan/1: this document is not whole: no field 'pairs'",
        ),
        ({"schema": "netkit/plan/1", "pairs": [{"src": "a"}]}, "no field 'dst'"),
        ({"schema": "netkit/plan/1", "pairs": 5}, "'int' object is not iterable"),
        (
            {"schema": "netkit/summary/1", "pairs": []},
            "netkit/summary/1: this document is not whole",
        ),
        ({"schema": "netkit/drill/1", "name": "x"}, "no field 'directions'"),
        ({"schema": "netkit/survival/1"}, "netkit/survival/1"),
    ],
)
def test_a_document_that_is_not_whole_is_named_with_what_it_lacks(folder, document, says):
    (folder / "part.json").write_text(json.dumps(document), encoding="utf-8")
    done = netkit("report", "part.json", "-o", "report.html", cwd=folder)
    assert done.returncode == 3
    assert says in done.stderr
    assert not (folder / "report.html").exists()


def test_another_topology_than_that_of_the_documents_is_refused(folder):
    done = netkit("report", "plan.json", "--topology", REGION, "-o", "r.html", cwd=folder)
    assert done.returncode == 3
    assert (
        "another topology than that of the documents: lab-region; expected made-up" in done.stderr
    )


@pytest.mark.parametrize("shape", [{"type": "Nonsense"}, {"type": "Polygon"}, [1]])
def test_a_base_map_that_is_none_is_refused(folder, shape):
    (folder / "map.json").write_text(json.dumps(shape), encoding="utf-8")
    done = netkit("report", "plan.json", "--basemap", "map.json", "-o", "r.html", cwd=folder)
    assert done.returncode == 3
    assert "map.json: not usable as GeoJSON (RFC 7946)" in done.stderr


def test_a_base_map_in_metres_is_refused(folder):
    """As of a map in Web Mercator: its lines would lie anywhere."""
    shape = {"type": "LineString", "coordinates": [[116.4, 39.9], [12958000.0, 4853000.0]]}
    (folder / "map.json").write_text(json.dumps(shape), encoding="utf-8")
    done = netkit("report", "plan.json", "--basemap", "map.json", "-o", "r.html", cwd=folder)
    assert done.returncode == 3
    assert "1.2958e+07, 4.853e+06; expected degrees of WGS 84" in done.stderr


@pytest.mark.parametrize(
    ("number", "says"), [("NaN", "no number: NaN"), ("1e999", "is not whole: cannot convert")]
)
def test_a_figure_that_is_no_number_is_refused(folder, number, says):
    text = (folder / "plan.json").read_text(encoding="utf-8")
    (folder / "odd.json").write_text(text.replace('"bound_ms": 20.0', f'"bound_ms": {number}', 1))
    done = netkit("report", "odd.json", "-o", "r.html", cwd=folder)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert says in done.stderr


def test_what_is_not_ours_is_not_replaced(folder):
    (folder / "mine.html").write_text("<!DOCTYPE html><p>mine</p>", encoding="utf-8")
    done = netkit("report", "plan.json", "-o", "mine.html", cwd=folder)
    assert done.returncode == 3
    assert "will not be overwritten" in done.stderr
    assert (folder / "mine.html").read_text(encoding="utf-8").endswith("mine</p>")


def test_a_base_map_needs_no_map_to_be_refused_as_text(folder):
    done = netkit("report", "plan.json", "--basemap", "broken.json", "-o", "r.html", cwd=folder)
    assert done.returncode == 3
    assert "broken.json:1" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("plan", "--bound", "5ms"), "keep their bound"),
        (("plan", "survive", "--bound", "5ms"), "through every single failure"),
        (("detour", "--bound", "5ms"), "pairs shown keep their tier"),
        (("place",), "cities have a site within reach"),
    ],
)
def test_commands_write_the_page_of_their_document(tmp_path, words, says):
    """``--html`` is the page that ``netkit report`` makes, with the topology's map."""
    split = 2 if words[1:2] == ("survive",) else 1
    netkit(*words[:split], REGION, *words[split:], "--html", "page.html", cwd=tmp_path)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert says in page
    assert '"cables":[[' in page


def test_a_page_of_a_store_by_its_url_and_by_its_file(tmp_path):
    url = f"sqlite:///{tmp_path / 'w.sqlite'}"
    with open_store(url) as store:
        store.add(minute_of(this_minute() - one) for one in range(1, 30))
    for word in (url, "w.sqlite"):
        done = netkit("report", word, "--since", "1h", "-o", "over.html", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, "over.html: netkit/over-time/1\n"), done.stderr
        assert '"flows":["daily gold"]' in (tmp_path / "over.html").read_text(encoding="utf-8")
    done = netkit("report", url, "--since", "now", "-o", "over.html", cwd=tmp_path)
    assert (done.returncode, "a time before --until" in done.stderr) == (3, True)
