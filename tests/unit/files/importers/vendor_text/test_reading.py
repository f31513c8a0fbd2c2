"""Which text is whose, from a file's first lines to what a command says of it."""

import pytest

from netkit.errors import InputError
from netkit.files.importers.formats import import_topology
from netkit.files.importers.recognised import Format, format_of

SAMPLES = {
    Format.IOSXR: "RP/0/0/CPU0:lab#show isis database detail\n\nIS-IS CORE (Level-2) Link State "
    "Database\n",
    Format.JUNOS: "lab> show isis database extensive\nIS-IS level 1 link-state database:\n",
    Format.VRP: "<lab> display isis lsdb verbose\n    Database information for ISIS(1)\n",
    Format.FRR: "Area 1:\nIS-IS Level-2 link-state database:\n",
}
OTHERS = {
    "IOS or IOS XE": "IS-IS Level-1 Link State Database:\nLSPID   LSP Seq Num\n",
    "Comware": "                        Database information for IS-IS(1)\n",
    "SR OS": "====\nRtr Base ISIS Instance 0 Database (detail)\n",
    "EOS": "IS-IS Instance: gns3 VRF: default\n  IS-IS Level 2 Link State Database\n",
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_each_is_told_from_the_others(kind):
    assert format_of(SAMPLES[kind]) is kind
    assert format_of("\ufeff".removeprefix("\ufeff") + "banner: x\n\n" + SAMPLES[kind]) is kind


@pytest.mark.parametrize("name", OTHERS)
def test_those_of_others_are_refused_by_name(tmp_path, name):
    file = tmp_path / "x.txt"
    file.write_text(OTHERS[name])
    with pytest.raises(InputError, match=f"the IS-IS database of {name} is not read"):
        import_topology(file)


@pytest.mark.parametrize("kind", [Format.IOSXR, Format.JUNOS, Format.VRP])
def test_a_title_without_lsps_is_no_network(tmp_path, kind):
    file = tmp_path / "x.txt"
    file.write_text(SAMPLES[kind])
    with pytest.raises(InputError, match="no LSPs"):
        import_topology(file)


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig", "gbk"])
def test_logs_of_terminals_are_read_in_the_encoding_that_they_state(tmp_path, codec):
    first = "# coding: gbk \u5317\u4eac\r\n" if codec == "gbk" else ""
    text = first + SAMPLES[Format.IOSXR] + "a.00-00  0x0000000c 0x5c39  1115 /1200  0/0/1\r\n"
    file = tmp_path / "x.txt"
    file.write_bytes((text + "  Hostname:       a\r\n").encode(codec))
    assert [node.overload for node in import_topology(file).topology.nodes] == [True]
