"""VRP: shapes after Huawei's command references, names and addresses of our own."""

import pytest

from netkit.errors import InputError
from netkit.files.importers.imported import Options
from netkit.files.importers.vendor_text.reading import parsed, read_vrp
from netkit.model.network.advertised import SidStructure

ONE, TWO = "0000.0000.0001", "0000.0000.0002"


def lsp(system, name, *lines, bits="0/0/0", circuit="00"):
    return [
        f"{system}.{circuit}-00*  0x0000000c 0xe880     1193           365      {bits}   ",
        f" SOURCE       {name}.{circuit} ", *lines, "",
    ]  # fmt: skip


def level(*lines, number=2, count=None):
    lsps = sum("-00*" in line for line in lines) if count is None else count
    return "\n".join([
        "                        Database information for ISIS(1)",
        "                        -----------------------------------", "",
        f"                          Level-{number} Link State Database", "",
        "LSPID                  Seq Num    Checksum   HoldTime       Length   ATT/P/OL",
        "-----------------------------------------------------------------------------",
        *lines, f"Total LSP(s): {lsps}",
        "    *(In TLV)-Leaking Route, *(By LSPID)-Self LSP, +-Self LSP(Extended),", "",
    ])  # fmt: skip


def read(text, **options):
    return parsed(read_vrp, text, "x.txt", Options(**options))


def notes(imported):
    return "\n".join(str(note) for note in imported.notes)


def test_neighbours_are_names_and_lsps_are_system_ids():
    imported = read(level(
        *lsp(ONE, "beijing-1", " HOST NAME    beijing-1", f"+NBR  ID      {TWO}.00  COST: 10"),
        *lsp(TWO, TWO, "+NBR  ID      beijing-1.00  COST: 12"),
    ))  # fmt: skip
    assert [node.label or node.name for node in imported.topology.nodes] == ["beijing-1", TWO]
    assert [(link.metric_ab, link.metric_ba) for link in imported.undelayed] == [(10, 12)]


def test_overload_and_the_bits_of_topologies():
    text = level(
        *lsp(ONE, "a", " Topology     Standard, IPV6(ATT)",
             "+MT NBR ID    b.00  COST: 10            MT: 2 (IPV6)", bits="0/0/1"),
        *lsp(TWO, "b", " Topology     Standard, IPV6(OL)",
             "+MT NBR ID    a.00  COST: 11            MT: 2 (IPV6)",
             " IPV6         2001:DB8:1::/64                  COST: 10         MT: 2 "),
    )  # fmt: skip
    imported = read(text)
    assert [node.overload for node in imported.topology.nodes] == [True, True]
    assert "read in the topology ipv6-unicast" in notes(imported)


def test_a_lan_with_its_sids():
    sid = "B: 0  S: 0  P: 0  C: 0  Algorithm: 0  Weight: 0  "
    text = level(
        *lsp(ONE, "a", "+NBR  ID      b.01  COST: 10",
             f"   Lan-SRv6-X-Sid   2001:DB8:100::1:0:6  {TWO}  {sid}",
             "     Function: End.X      Flavor: NO-FLAVOR    ",
             "     Block-Len: 48  NodeID-Len: 16  Func-Len: 32  Args-Len: 0     ",
             f"   Lan-SRv6-X-Sid   2001:DB8:100::1:0:7  b  {sid.replace('C: 0', 'C: 1')}",
             "     Function: End.X      Flavor: PSP     "),
        *lsp(TWO, "b", "+NBR  ID      b.01  COST: 12"),
        *lsp(TWO, "b", " NBR  ID      a.00  COST: 0", " NBR  ID      b.00  COST: 0", circuit="01"),
    )  # fmt: skip
    imported = read(text)
    (link,) = imported.undelayed
    assert (link.lan, link.metric_ab, link.metric_ba) == (f"{TWO}.01", 10, 12)
    assert [str(one.sid) for one in link.sids_ab] == ["2001:db8:100::1:0:6"]
    assert link.sids_ab[0].structure == SidStructure(48, 16, 32, 0)
    assert "compressed SIDs (C) (1)" in notes(imported)


def test_locators_with_their_end_sids():
    locators = (
        " SRv6 Locator 2001:DB8:100::/64                MT: 0 Metric: 0 D: 0 Algorithm: 0",
        "   SRv6 End Sid   2001:DB8:100::1:0:3              C: 0",
        "      Function: End         Flavor: NO-FLAVOR     ",
        "      Block-Len: --  NodeID-Len: --  Func-Len: --  Args-Len: --      ",
        "   SRv6 End Sid   2001:DB8:100::1:0:9              C: 0",
        "      Function: End.DT4     Flavor: NO-FLAVOR     ",
        "   Extended Reach Attr   Flag: X:0 R:0 N:0",
        " SRv6 Locator 2001:DB8:200::/64                MT: 0 Metric: 10 D: 1 Algorithm: 0",
    )  # fmt: skip
    imported = read(level(*lsp(ONE, "a", "+NBR  ID      b.00  COST: 10", *locators),
                          *lsp(TWO, "b", "+NBR  ID      a.00  COST: 10")))  # fmt: skip
    node = imported.topology.nodes[0]
    assert [str(one.prefix) for one in node.locators] == ["2001:db8:100::/64"]
    assert [str(one.sid) for one in node.sids] == ["2001:db8:100::1:0:3"]
    assert "SIDs that are neither End nor End.X (1)" in notes(imported)


def test_narrow_metrics_count_where_there_are_no_others():
    text = level(
        *lsp(ONE, "a", " NBR  ID      b.00  COST: 10", "+NBR  ID      b.00  COST: 1000"),
        *lsp(TWO, "b", " NBR  ID      a.00  COST: 10"),
    )
    assert [(link.metric_ab, link.metric_ba) for link in read(text).undelayed] == [(1000, 10)]


def test_one_name_of_two_systems_is_refused():
    text = level(
        *lsp(ONE, "a", " HOST NAME    a", "+NBR  ID      a.00  COST: 10"),
        *lsp(TWO, "a", " HOST NAME    a", f"+NBR  ID      {ONE}.00  COST: 10"),
    )
    with pytest.raises(InputError, match=r"one host name: a\. `display isis lsdb verbose no-name`"):
        read(text)


def test_the_list_of_lsps_alone_is_refused():
    row = "0000.0000.0001.00-00  0x0000017a   0xa21c             846          84  0/0/0"
    with pytest.raises(InputError, match="Take `display isis lsdb verbose`"):
        read(level(row, count=1))


def test_less_than_the_router_counts_is_refused():
    with pytest.raises(InputError, match="level 2: 1 of 5 LSPs"):
        read(level(*lsp(ONE, "a", "+NBR  ID      b.00  COST: 10"), count=5))
