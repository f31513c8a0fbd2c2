"""SNDlib's two formats, which say the same."""

import pytest
from command import invoked
from goldens import check_golden

from netkit.errors import InputError
from netkit.files.importers.formats import import_topology
from netkit.files.importers.recognised import Format, format_of
from netkit.model.planning.wanted import Wish

NATIVE = """?SNDlib native format; type: network; version: 1.0
# network small

# META SECTION
META (
  unit = MBITPERSEC
)
NODES (
  Berlin ( 13.48 52.52 )
  Essen ( 7.01 51.45 )
  Ulm ( 9.99 48.40 )
)
LINKS (
  L1 ( Berlin Essen ) 0.00 0.00 7.00 0.00 ( 155.00 1.0 622.00 2.0 )
  L2 ( Essen Ulm ) 40000.0 0.00 0.50 0.00 ( 1 1 )
  L3 ( Ulm Berlin ) 0 0 0 0 ( )
)
DEMANDS (
  Berlin_Ulm ( Berlin Ulm ) 1 12.5 UNLIMITED
)
ADMISSIBLE_PATHS (
  Berlin_Ulm (
    P_0 ( L3 )
  )
)
"""
XML = """<?xml version="1.0" encoding="ISO-8859-1"?>
<network xmlns="http://sndlib.zib.de/network" version="1.0">
 <networkStructure>
  <nodes coordinatesType="geographical">
   <node id="Berlin"><coordinates><x>13.48</x><y>52.52</y></coordinates></node>
   <node id="Essen"><coordinates><x>7.01</x><y>51.45</y></coordinates></node>
   <node id="Ulm"><coordinates><x>9.99</x><y>48.40</y></coordinates></node>
  </nodes>
  <links>
   <link id="L1"><source>Berlin</source><target>Essen</target>
     <routingCost>7.0</routingCost><additionalModules>
     <addModule><capacity>155.0</capacity><cost>1</cost></addModule>
     <addModule><capacity>622.0</capacity><cost>2</cost></addModule></additionalModules></link>
   <link id="L2"><source>Essen</source><target>Ulm</target><routingCost>0.50</routingCost>
     <preInstalledModule><capacity>40000.0</capacity></preInstalledModule></link>
   <link id="L3"><source>Ulm</source><target>Berlin</target><routingCost>0</routingCost></link>
  </links>
 </networkStructure>
 <demands><demand id="Berlin_Ulm"><source>Berlin</source><target>Ulm</target>
  <demandValue>12.5</demandValue></demand></demands>
</network>
"""


@pytest.mark.parametrize(
    ("text", "format_"), [(NATIVE, Format.SNDLIB), (XML, Format.SNDLIB_XML)], ids=["native", "xml"]
)
def test_both_formats_say_the_same(text, format_, tmp_path):
    path = tmp_path / "small.sndlib"
    path.write_text(text)
    assert format_of(text) is format_
    imported = import_topology(path)
    assert [node.name for node in imported.topology.nodes] == ["Berlin", "Essen", "Ulm"]
    links = [(link.id, link.capacity_bps, link.delay_ab_us) for link in imported.topology.links]
    assert links == [
        ("L1", 622_000_000, 3594), ("L2", 40_000_000_000, 3139), ("L3", None, 4078),
    ]  # fmt: skip
    assert imported.wishes == (Wish("Berlin", "Ulm", None, 12_500_000, "Berlin_Ulm"),)
    assert [link.cost for link in imported.topology.links] == [7, None, 0]
    (note,) = imported.notes
    assert "L2: routing cost is not used: 0.50; expected a whole number" in str(note)
    arguments = ["plan", str(path), "--demands", str(path), "--bound", "10ms"]
    assert invoked(*arguments).exit_code == 0


def test_places_on_a_drawing_give_no_delay(tmp_path):
    path = tmp_path / "pixels.xml"
    path.write_text(XML.replace("geographical", "pixel"))
    imported = import_topology(path)
    assert imported.topology.links == ()
    drawn = "coordinates are places on a drawing: taken as none"
    assert any(str(note).endswith(drawn) for note in imported.notes)


def test_a_node_without_coordinates_is_not_at_0_0(tmp_path):
    path = tmp_path / "somewhere.xml"
    path.write_text(XML.replace("<coordinates><x>9.99</x><y>48.40</y></coordinates>", ""))
    imported = import_topology(path)
    assert imported.topology.node["Ulm"].coordinates is None
    assert [link.id for link in imported.undelayed] == ["L2", "L3"]


@pytest.mark.parametrize("figure", ["1.0E10", "1e10"])
def test_a_capacity_that_stands_for_no_limit_is_none(figure, tmp_path):
    path = tmp_path / "java.txt"
    path.write_text(NATIVE.replace("40000.0", figure).replace("12.5", "1.25E1"))
    imported = import_topology(path)
    assert imported.topology.link["L2"].capacity_bps == 1_000_000
    assert imported.wishes[0].bandwidth_bps == 12_500_000
    what = f"L2: capacity or demand is not used: {figure}; expected at most 1e+09 Mbit/s"
    assert any(str(note).endswith(what) for note in imported.notes)


def test_a_demand_from_a_node_to_itself_is_left_out(tmp_path):
    path = tmp_path / "self.txt"
    path.write_text(NATIVE.replace("( Berlin Ulm ) 1 12.5", "( Ulm Ulm ) 1 12.5"))
    imported = import_topology(path)
    assert imported.wishes == ()
    assert any("'Berlin_Ulm' from a node to itself" in str(note) for note in imported.notes)


def test_every_defect_has_its_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.txt").write_text(
        "?SNDlib native format; type: network; version: 1.0\nstray\nNODES (\n"
        " A ( 1 2 )\n A ( x 2 )\n B 1 2\n)\n"
        "LINKS (\n L ( A C ) 0 0 0 0 ( 1 1 )\n M ( A A ) 0 0 0 ( )\n"
        " N ( A A ) -1 0 0 0 ( )\n)\nDEMANDS (\n D ( A D ) 1 x UNLIMITED\n"
    )
    with pytest.raises(InputError) as caught:
        import_topology("bad.txt")
    check_golden("errors/bad.sndlib.txt", f"{caught.value}\n")


def test_a_model_of_sndlib_is_no_network(tmp_path):
    path = tmp_path / "U-U-M.txt"
    path.write_text("?SNDlib native format; type: model; version: 1.0\n\nDEMAND-MODEL ( U )\n")
    with pytest.raises(InputError) as caught:
        import_topology(path)
    assert [str(problem) for problem in caught.value.problems] == [
        f"{path}:1: no network of SNDlib: '?SNDlib native format; type: model; version: 1.0'; "
        "expected ?SNDlib native format; type: network; version: 1.0"
    ]
