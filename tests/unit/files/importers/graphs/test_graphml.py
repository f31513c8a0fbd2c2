"""GraphML with the defects of the Topology Zoo, and hostile XML."""

import pytest
from goldens import GOLDEN, ROOT, check_golden

from netkit import api
from netkit.errors import InputError
from netkit.files.importers.formats import import_topology
from netkit.files.importers.graphs.graphml import parse_graphml
from netkit.files.importers.imported import Options
from netkit.files.reading.xml_source import MAX_DEPTH
from netkit.model.network.elements import DelayBasis

ZOO = ROOT.parent / "shared" / "topologies"
FILES = sorted(ZOO.glob("*.graphml"))

ODD = GOLDEN / "import" / "odd.graphml"
HEAD = '<?xml version="1.0" encoding="gbk"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'


@pytest.mark.skipif(not FILES, reason="../shared/topologies is not here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_zoo(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    imported = import_topology(path.name)
    topology = imported.topology
    lines = [f"{len(topology.nodes)} nodes, {len(topology.links)} links", topology.description]
    check_golden(f"import/{path.stem}.txt", "\n".join([*lines, *map(str, imported.notes)]) + "\n")
    assert all(link.basis is DelayBasis.COORDINATES for link in topology.links)
    located = [node.name for node in topology.nodes if node.coordinates is not None]
    demands = [api.Demand(located[0], name, 500_000) for name in located[1:6]]
    assert [pair.verdict for pair in api.plan(topology, demands).pairs] == ["pass"] * 5


def test_every_odd_thing_is_noted_and_the_rest_is_read(monkeypatch):
    monkeypatch.chdir(ODD.parent)
    imported = import_topology(ODD.name)
    links = {link.id: link for link in imported.topology.links}
    assert set(links) == {
        "there", "e7", "Zürich~Genève", "Zürich~Genève-2", "Zürich~x", "Zürich~y-2", "x~y-2",
    }  # fmt: skip
    assert (links["there"].id_ba, links["there"].delay_ba_us) == ("back", 3100)
    assert links["e7"].one_way
    assert links["Zürich~Genève"].capacity_bps == 155_000_000
    assert links["x~y-2"].srlgs == {"hyperedge-1"}
    check_golden("import/odd.graphml.txt", "".join(f"{note}\n" for note in imported.notes))


def test_every_problem_at_once():
    text = (
        f'{HEAD}<graph><node/>\n<node id="a"/><node id="a"/>\n<edge source="a" target="b"/>'
        '<edge source="a"/></graph></graphml>'
    )
    with pytest.raises(InputError) as caught:
        parse_graphml(text, "bad.graphml", Options())
    check_golden("errors/bad.graphml.txt", f"{caught.value}\n")


BOMB = '<!DOCTYPE g [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><graphml>&b;</graphml>'
EXTERNAL = '<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/hostname">]><graphml>&x;</graphml>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "x:1: a document type or entity declaration; expected plain XML"),
        (EXTERNAL, "x:1: a document type or entity declaration; expected plain XML"),
        (f"{HEAD}\n<graph>&lt;&x;", "x:2: not well-formed XML: undefined entity"),
        (f"{HEAD}<graph>", "x:1: not well-formed XML: no element found"),
        (f"{HEAD}</graphml>", "x:1: no <graph>"),
        ("<svg/>", "x:1: the top element is <svg>"),
        (f"{HEAD}<graph/></graphml>", "x: no nodes; expected at least one node"),
        ("<a>" * (MAX_DEPTH + 1), "x:1: elements nest too deep; expected at most 50"),
        ("", "x:1: not well-formed XML: no element found"),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(InputError) as caught:
        parse_graphml(text, "x", Options())
    assert str(caught.value).startswith(message)
