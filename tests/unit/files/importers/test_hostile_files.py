"""Files that are no networks, and files that would break a careless reader, in every format."""

import bz2
import gzip
import json
import lzma
import re
import zipfile

import graph_writers
import pytest

from netkit.errors import InputError
from netkit.files.importers.formats import import_topology
from netkit.files.importers.recognised import Format

FORMATS = {one.name: one for one in graph_writers.ALL}
XML = ("graphml", "sndlib-xml", "ietf-xml")
KIND = {"topohub": "node-link", "ietf-xml": "ietf"}
JSON = ("node-link", "topohub", "ietf")


def read(tmp_path, data, suffix=".txt", **options):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return import_topology(path, **options)


def tried(tmp_path, text):
    """What is imported, and the problems of a file that is refused."""
    try:
        return read(tmp_path, text), ()
    except InputError as error:
        return None, error.problems


def refused(tmp_path, data, words, **options):
    with pytest.raises(InputError, match=words) as caught:
        read(tmp_path, data, **options)
    return caught.value.problems


@pytest.mark.parametrize("name", FORMATS)
def test_empty_files_are_refused(tmp_path, name):
    kind = KIND.get(name, name)
    for data in (b"", b" \n\t\r\n", b"\xef\xbb\xbf"):
        with pytest.raises(InputError):
            read(tmp_path, data)
        with pytest.raises(InputError):
            read(tmp_path, data, format=kind)


@pytest.mark.parametrize("kind", list(Format))
def test_folders_are_refused(tmp_path, kind):
    with pytest.raises(InputError, match="cannot read the file: Is a directory"):
        import_topology(tmp_path, format=kind)


PACKED = {
    "gzip": (gzip.compress, "gunzip"), "bzip2": (bz2.compress, "bunzip2"),
    "xz": (lzma.compress, "unxz"),
}  # fmt: skip


@pytest.mark.parametrize("packer", PACKED)
@pytest.mark.parametrize("kind", [None, *Format])
def test_packed_files_are_refused_with_the_way_to_unpack_them(tmp_path, packer, kind):
    pack, command = PACKED[packer]
    data = pack(FORMATS["graphml"].text.encode())
    refused(tmp_path, data, f"packed by {packer}.*`{command} FILE`", format=kind)


def test_a_zip_is_refused_too(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.graphml", FORMATS["graphml"].text)
    with pytest.raises(InputError, match="packed by zip"):
        import_topology(path)


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize("doctype", [ENTITIES, OUTSIDE, "<!DOCTYPE x>"])
def test_document_types_are_refused_before_they_cost_anything(tmp_path, name, doctype):
    text = FORMATS[name].text
    end = text.index("?>") + 2
    problems = refused(tmp_path, text[:end] + doctype + text[end:], "a document type or entity")
    assert problems[0].line == 1


@pytest.mark.parametrize("name", XML)
def test_deep_xml_is_refused(tmp_path, name):
    first = "<graphml>" if name == "graphml" else "<network>"
    refused(
        tmp_path, first + "<a>" * 100_000, "elements nest too deep", format=KIND.get(name, name)
    )


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("open_", ["[", '{"a":'])
def test_deep_json_is_refused(tmp_path, name, open_):
    kind = "node-link" if name == "topohub" else name
    refused(tmp_path, open_ * 200_000, "JSON", format=kind)


def test_deep_gml_is_refused(tmp_path):
    refused(tmp_path, "graph [ " + "a [ " * 100_000, "lists nest too deep", format="gml")


WRONG = ["nan", "NaN", "inf", "-inf", "1e999", "-1", "9" * 400, "0x1f", "1_000", "١٢", "1,5", "--"]


@pytest.mark.parametrize("word", WRONG)
@pytest.mark.parametrize("name", ["graphml", "gml", "node-link", "edges"])
def test_delays_that_are_none_are_never_taken(tmp_path, name, word):
    one = FORMATS[name]
    spelled = f'"{word}"' if name in ("gml", "node-link", "edges") else word
    for written in ('"delay_us": 1003', "delay_us 1003", ",1003,", '"d">1003<'):
        if written in one.text:
            text = one.text.replace(written, written.replace("1003", spelled), 1)
    found, problems = tried(tmp_path, text)
    if found is None:
        assert all(problem.file for problem in problems)
        return
    (lost,) = found.undelayed
    assert lost.id in ("L3", "delta~epsilon")
    assert any("1003" not in str(note) and "not used" in str(note) for note in found.notes)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "9" * 5000])
@pytest.mark.parametrize("name", JSON)
def test_bare_numbers_that_json_does_not_have_are_refused(tmp_path, name, word):
    text = FORMATS[name].text
    key = {"node-link": '"delay_us": 1003', "topohub": '"dist": 703.5', "ietf": "1003"}[name]
    changed = text.replace(key, key.rpartition(" ")[0] + f" {word}", 1)
    found, problems = tried(tmp_path, changed)
    assert problems or found.notes, "a figure that is none was taken"


@pytest.mark.parametrize("word", WRONG)
def test_figures_of_repetita_that_are_none_are_refused_in_their_line(tmp_path, word):
    text = FORMATS["repetita"].text.replace(" 10000 100300", f" 10000 {word}", 1)
    problems = refused(tmp_path, text, "delay|fields")
    assert problems[0].line is not None


@pytest.mark.parametrize("word", WRONG)
def test_figures_of_sndlib_that_are_none_are_refused_in_their_line(tmp_path, word):
    text = FORMATS["sndlib"].text.replace(" ) 155.00 ", f" ) {word} ", 1)
    found, problems = tried(tmp_path, text)
    assert problems[0].line if found is None else any(word in str(note) for note in found.notes)


DUPLICATES = {
    "graphml": ('<node id="beta">', '<node id="alpha">'), "gml": ("id 1 ", "id 0 "),
    "node-link": ('"id": "beta"', '"id": "alpha"'), "topohub": ('"id": 1,', '"id": 0,'),
    "sndlib": ("  beta (", "  alpha ("), "sndlib-xml": ('<node id="beta">', '<node id="alpha">'),
    "ietf": ('"node-id": "beta"', '"node-id": "alpha"'),
}  # fmt: skip


@pytest.mark.parametrize("name", DUPLICATES)
def test_two_nodes_of_one_id_are_refused(tmp_path, name):
    refused(tmp_path, FORMATS[name].text.replace(*DUPLICATES[name]), "again")


def test_two_networks_of_one_name_are_refused(tmp_path):
    graph = '<graph id="g" edgedefault="directed"><node id="a"/></graph>'
    refused(tmp_path, f"<graphml>{graph}{graph}</graphml>", "two graphs of one name: g")
    refused(tmp_path, 'graph [ name "g" ]\n' * 2, "two graphs of one name: g")
    document = json.loads(FORMATS["ietf"].text)
    networks = document["ietf-network:networks"]["network"]
    networks.append({"network-id": "n", "node": [{"node-id": "x"}]})
    refused(tmp_path, json.dumps(document), "two networks of one name: n")


@pytest.mark.parametrize(
    "rows",
    [
        "id;src;dst;delay_us\nL1,a,b,5\n", "id,src,dst,delay_us\nL1;a;b;5\n",
        "id,src,dst,delay_us\nL1,a,b\n", "id,src,dst,delay_us\nL1,a,b,5,6\n",
        'id,src,dst,delay_us\nL1,"a,b,5\n', "id,src,dst,delay_us\nL1,a,b,5\nL2\tb\tc\t6\n",
    ],
    ids=["header ;", "rows ;", "short", "long", "quote", "one row"],
)  # fmt: skip
def test_rows_with_other_separators_are_refused_in_their_line(tmp_path, rows):
    problems = refused(tmp_path, rows, "x.txt:[0-9]+: ", format="edges")
    assert any(problem.line is not None for problem in problems)


OTHER_WORDS = {
    "graphml": ("<edge id=\"L3\"", "<edgf id=\"L3\"", "</edge>", "edgf (1)"),
    "gml": ('edge [ source 3', 'edgf [ source 3', None, "edgf (1)"),
    "sndlib-xml": ('<link id="L3">', '<linl id="L3">', "</link>", "linl (1)"),
    "sndlib": ("LINKS (", "LINKT (", None, "a section that is not read: LINKT"),
    "node-link": ('"edges"', '"arcs"', None, "lists that are not read: arcs (1)"),
    "ietf": ("ietf-network-topology:link", "ietf-network-topology:arc", None, "arc (14)"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_WORDS)
def test_what_looks_like_links_and_is_not_read_is_named(tmp_path, name):
    old, new, closing, words = OTHER_WORDS[name]
    text = FORMATS[name].text
    at = text.index(old)
    changed = text[:at] + text[at:].replace(old, new, 1)
    if closing is not None:
        wrong = closing.replace("edge", "edgf").replace("link", "linl")
        changed = changed[:at] + changed[at:].replace(closing, wrong, 1)
    assert any(words in str(note) for note in read(tmp_path, changed).notes)


def test_of_two_lists_of_edges_the_one_that_holds_some_is_read(tmp_path):
    document = json.loads(FORMATS["node-link"].text)
    document = {"links": document["edges"], **document, "edges": []}
    assert len(read(tmp_path, json.dumps(document)).topology.links) == 7
    document = {**document, "edges": document["links"][:3]}
    found = read(tmp_path, json.dumps(document))
    assert any("lists that are not read: links (1)" in str(note) for note in found.notes)


RUN_TOGETHER = {
    "graphml": r"</edge>\s*<edge[^>]*>", "sndlib-xml": r"</link>\s*<link[^>]*>",
    "gml": r"\]\s*edge \[", "node-link": r"\},\s*\{(?=\s*\"source\")",
    "topohub": r"\},\s*\{(?=\s*\"source\")", "ietf": r"\},\s*\{(?=\s*\"link-id\")",
}  # fmt: skip


@pytest.mark.parametrize("name", RUN_TOGETHER)
def test_links_that_have_run_into_one_are_refused(tmp_path, name):
    text = FORMATS[name].text
    places = list(re.finditer(RUN_TOGETHER[name], text))[1:]
    assert len(places) > 2
    comma = ", " if name in JSON else " "
    for found in places:
        assert tried(tmp_path, text[: found.start()] + comma + text[found.end() :])[1]


def test_a_list_that_stands_twice_is_refused(tmp_path):
    text = FORMATS["node-link"].text
    again = text.rstrip()[:-1] + ', "nodes": [{"id": "z"}]}'
    refused(tmp_path, again, "the file: key 'nodes' stands 2 times; expected once")


HALF_CUT = {
    "graphml": ('</edge>\n<edge id="L4"', 'id="L4"', "text inside <edge>"),
    "sndlib-xml": ('</link>\n<link id="L4"', 'id="L4"', "text inside <link>"),
    "sndlib": ("( 622.00 6.00 )\n)", ")", "LINKS: more than the end of the section"),
}  # fmt: skip


@pytest.mark.parametrize("name", HALF_CUT)
def test_words_where_none_belong_are_refused(tmp_path, name):
    cut, left, words = HALF_CUT[name]
    text = FORMATS[name].text
    assert cut in text
    problems = tried(tmp_path, text.replace(cut, left))[1]
    assert any(words in str(problem) for problem in problems)
