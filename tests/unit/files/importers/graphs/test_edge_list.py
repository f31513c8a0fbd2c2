"""Edge lists: separators, names of columns, links and directions."""

import pytest
from goldens import check_golden

from netkit.errors import InputError
from netkit.files.importers.graphs.edge_list import parse_edge_list
from netkit.files.importers.imported import DelayUnit, Options
from netkit.files.importers.recognised import Format, format_of


def read(text, **options):
    return parse_edge_list(text, "e.csv", Options(**options))


def links(text, **options):
    return [
        (link.id, link.a, link.b, link.delay_ab_us, link.delay_ba_us)
        for link in read(text, **options).topology.links
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["src,dst", "Source,Target", "a,b", "from,to", "源,宿"])
def test_a_row_is_a_link(ends, separator):
    text = f"# made by hand\n\n{ends},delay_ms,id\nx,y,1.5,one\ny,z,2,\n".replace(",", separator)
    assert format_of(text) is Format.EDGES
    assert links(text) == [("one", "x", "y", 1500, 1500), ("y~z", "y", "z", 2000, 2000)]


def test_columns_in_chinese():
    text = "源;宿;时延(毫秒);带宽_Gbps;丢包率%\n北京;上海;7.5;100;0.01\n"
    (link,) = read(text).topology.links
    assert (link.a, link.delay_ab_us, link.capacity_bps) == ("北京", 7500, 100_000_000_000)
    assert link.loss_ab_ppb == 100_000


def test_rows_that_all_have_their_way_back_are_directions():
    text = "src,dst,delay_us\nx,y,1\ny,z,3\nz,y,4\ny,x,2\n"
    imported = read(text)
    assert links(text) == [("x~y", "x", "y", 1, 2), ("y~z", "y", "z", 3, 4)]
    assert any("rows are taken as directions" in str(note) for note in imported.notes)


@pytest.mark.parametrize("column", ["directed", "one_way", "Type"])
def test_rows_can_say_what_they_are(column):
    words = ("Directed", "Undirected") if column == "Type" else ("true", "false")
    text = f"src,dst,delay_us,{column}\nx,y,1,{words[0]}\ny,x,2,{words[0]}\nx,z,3,{words[1]}\n"
    assert links(text) == [("x~z", "x", "z", 3, 3), ("x~y", "x", "y", 1, 2)]


def test_parallel_links_have_ids():
    text = "src,dst,delay_us,id\nx,y,1,p\nx,y,2,q\n"
    assert links(text) == [("p", "x", "y", 1, 1), ("q", "x", "y", 2, 2)]


def test_a_unit_for_all():
    found = links("src,dst,latency\nx,y,7\n", delay_unit=DelayUnit.MS)
    assert found == [("x~y", "x", "y", 7000, 7000)]


@pytest.mark.parametrize(
    "text",
    ["src,dst\na,b\n", "src,dst,bound_ms\na,b,5\n", "link,delay_us\nx,5\n", "a b {'weight': 1}\n"],
)
def test_other_tables_are_no_edge_lists(text):
    assert format_of(text) is Format.NATIVE


def test_every_defect_has_its_line():
    cases = (
        "src,dst,delay_ms\nx,y,1\ny,x,1\nx,z,1\n",
        "src,dst,delay_ms,directed\nx,,1,true\n,y,1,\nx,y,1,maybe\nx,y\n",
        "src,dst,delay_ms,delay_ms\nx,y,1,1\n",
        "one,two,delay_ms\nx,y,1\n",
        "",
        'src,dst,delay_ms\nx,y,"1\n',
    )
    said = []
    for text in cases:
        with pytest.raises(InputError) as caught:
            read(text)
        said.append(str(caught.value))
    check_golden("errors/bad.edges.txt", "\n".join(said) + "\n")


@pytest.mark.parametrize("word", ["nan", "-1", "1e999", "five", "1,5"])
def test_figures_that_are_none_are_noted(word):
    imported = read(f"src;dst;delay_ms\nx;y;{word}\n")
    assert imported.topology.links == ()
    assert any("e.csv:2: delay_ms is not used" in str(note) for note in imported.notes)
