"""Junos: shapes after Juniper's own articles, names and addresses of our own."""

import pytest

from netkit.errors import InputError
from netkit.files.importers.imported import Options
from netkit.files.importers.vendor_text.reading import parsed, read_junos
from netkit.model.network.advertised import SidStructure

TITLE = "IS-IS level 2 link-state database:"


def lsp(name, *tlvs, bits="0x3 <L1 L2>", above=(), end="  No queued transmissions"):
    return "\n".join([
        f"{name}.00-00 Sequence: 0x73, Checksum: 0xe291, Lifetime: 867 secs",
        *(f"   {line}" for line in above), "",
        f"  Header: LSP ID: {name}.00-00, Length: 298 bytes", "",
        f"  Packet: LSP ID: {name}.00-00, Length: 298 bytes, Lifetime : 1198 secs",
        f"    Checksum: 0xe291, Sequence: 0x73, Attributes: {bits}", "",
        "  TLVs:", "    IP address: 192.0.2.99", f"    Hostname: {name}",
        *(f"    {line}" for line in tlvs), end, "",
    ])  # fmt: skip


def reach(name, metric=10, *lines):
    first = f"IS extended neighbor: {name}.00, Metric: default {metric} SubTLV len: 26"
    return [first, *(f"  {line}" for line in lines)]


def read(*parts, **options):
    return parsed(read_junos, "\n".join([TITLE, "", *parts]), "x.txt", Options(**options))


def notes(imported):
    return "\n".join(str(note) for note in imported.notes)


def test_overload_is_told_by_the_attributes_of_the_packet():
    imported = read(
        lsp("r1", *reach("r2"), bits="0x7 <L1 L2 Overload>"),
        lsp("r2", *reach("r1"), bits="0xb <L1 L2 Attached>"),
    )
    assert [node.overload for node in imported.topology.nodes] == [True, False]
    assert "1 leading out of the area (attached bit): r2" in notes(imported)


def test_links_are_told_apart_by_addresses_and_interface_indexes():
    ends = "IP address: 192.0.2.1", "Neighbor's IP address: 192.0.2.2"
    other = "IP address: 192.0.2.5", "Neighbor's IP address: 192.0.2.6"
    back = "IP address: 192.0.2.2", "Neighbor's IP address: 192.0.2.1"
    ids = "Local interface index: 330, Remote interface index: 0"
    imported = read(
        lsp("r1", *reach("r2", 10, *ends, ids), *reach("r2", 20, *other)),
        lsp("r2", *reach("r1", 22, "IP address: 192.0.2.6", "Neighbor's IP address: 192.0.2.5"),
            *reach("r1", 11, *back), "IP address: 192.0.2.77"),
    )  # fmt: skip
    assert [(link.id, link.metric_ab, link.metric_ba) for link in imported.undelayed] == [
        ("r1~r2@192.0.2.1", 10, 11), ("r1~r2@192.0.2.5", 20, 22),
    ]  # fmt: skip


def test_locators_and_sids():
    sids = (
        "SRv6 Locator: 2001:db8:1::/48, Metric: 0, MTID: 0, Flags: 0x0, Algorithm: 0",
        "  SRv6 SID: 2001:db8:1:1::, Flavor: PSP, USP, USD",
        "  SRv6 micro-node-SID: 2001:db8:1::, Flavor: PSP, USD",
        "    Locator block length: 32, Locator node length: 16, SID function length: 0, "
        "SID argument length: 80",
        "SRv6 Locator: 2001:db8:9::/48, Metric: 1000, MTID: 0, Flags: 0x80, Algorithm: 0",
        "  SRv6 SID: 2001:db8:9::, Flavor: None",
        "SRv6 Locator: 2001:db8:8::/48, Metric: 0, MTID: 0, Flags: 0x0, Algorithm: 128",
        "  Prefix-Attribute-Flags: 0x40(X:0,R:1,N:0,A:0)",
    )  # fmt: skip
    imported = read(lsp("r1", *reach("r2"), *sids), lsp("r2", *reach("r1")))
    node = imported.topology.nodes[0]
    assert [str(one.prefix) for one in node.locators] == ["2001:db8:1::/48"]
    assert [(str(one.sid), one.next_csid) for one in node.sids] == [
        ("2001:db8:1:1::", False), ("2001:db8:1::", True),
    ]  # fmt: skip
    assert node.sids[1].structure == SidStructure(32, 16, 0, 80)
    assert "locators of other routers that are passed on (2)" in notes(imported)


def test_neighbours_of_ipv6_unicast_stand_above_the_tlvs():
    def above(name, metric):
        return (
            f"IPV4 Unicast IS neighbor: {name}.00            Metric:       10",
            f"IPV6 Unicast IS neighbor: {name}.00            Metric:       {metric}",
            "IP IPV4 Unicast prefix: 192.0.2.1/32        Metric:        0 Internal Up",
            "IPV6 Unicast prefix: 2001:db8::1/128        Metric:        0 Internal Up",
        )

    imported = read(
        "ISIS instance: Default, Routing Instance: master",
        lsp("r1", *reach("r2"), above=above("r2", 33)),
        lsp("r2", *reach("r1"), above=above("r1", 44)),
    )
    assert [(link.metric_ab, link.metric_ba) for link in imported.undelayed] == [(33, 44)]
    assert "read in the topology ipv6-unicast" in notes(imported)


def test_figures_that_no_sample_spells_are_named():
    near = "Maximum bandwidth: 10Gbps", "Administrative groups: 0 <none>", "New thing: 7"
    imported = read(lsp("r1", *reach("r2", 10, *near)), lsp("r2", *reach("r1")))
    for kind in (
        "bandwidths, whose numbers no public sample shows (1)",
        "admin groups, whose spelling no public sample shows (1)", "lines `New thing` (1)",
    ):  # fmt: skip
        assert kind in notes(imported)


@pytest.mark.parametrize(
    "text",
    [
        "LSP ID                      Sequence Checksum Lifetime Attributes\n"
        "r1.00-00                         0x8   0x69b1      899 L1 L2 Overload\n  1 LSPs",
        "r1.00-00 Sequence: 0x7, Checksum: 0xcc25, Lifetime: 901 secs\n"
        "   IS neighbor: r2.02                         Metric:       10\n",
    ],
    ids=["brief", "detail"],
)
def test_other_levels_of_output_are_refused_with_the_right_one(text):
    with pytest.raises(InputError, match="Take `show isis database extensive`"):
        read(text)


def test_tlvs_that_do_not_end_are_noted():
    text = lsp("r1", *reach("r2")), lsp("r2", *reach("r1"), end="    IP router id: 192.0.2.7")
    assert "1 LSPs whose TLVs do not end: the text may be cut" in notes(read(*text))
    assert "do not end" not in notes(read(text[0], lsp("r2", *reach("r1"))))
