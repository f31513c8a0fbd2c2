"""Files of graphs, damaged byte by byte and line by line: equal, noted, or refused in its place.

Whatever happens to the bytes, a file that is taken without a new note has no fewer links than it
states.
"""

import random

import graph_writers
import pytest
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netkit.errors import InputError
from netkit.files.importers.formats import import_topology
from netkit.files.native.nodes import NODE_NAME

FORMATS = {one.name: one for one in graph_writers.ALL}
JUNK = [
    b"-1", b"1e999", b"NaN", b"inf", b"0x10", b"[[", b"]", b'"', b"<", b"</edge>", b"&x;", b"\0",
    b"\xff", b"\xd6\xd0", b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b",", b";", b"(", b")", b"{", b"}",
    b" ", b"9" * 400, b"\xe2\x80\xa8", b"null", b"true",
]  # fmt: skip


def imported(tmp_path_factory, one, data):
    path = tmp_path_factory.getbasetemp() / f"damaged{one.suffix}"
    path.write_bytes(data)
    return import_topology(path)


def directions(found):
    """Links as the file counts them: both ways where it lists each way by itself."""
    links = (*found.topology.links, *found.undelayed)
    return links, sum(1 if link.one_way else 2 for link in links)


def words(found):
    return {note.what for note in found.notes}


def taken(tmp_path_factory, one, data):
    """What is imported; None of a file that is refused, by its name."""
    try:
        return imported(tmp_path_factory, one, data)
    except InputError as error:
        problems = error.problems
    assert all(problem.file for problem in problems)
    return None


@pytest.fixture(scope="module")
def noted(tmp_path_factory):
    """What is told of each file while it is whole."""
    return {
        name: words(imported(tmp_path_factory, one, one.text.encode()))
        for name, one in FORMATS.items()
    }


def judge(tmp_path_factory, noted, one, data):
    """What is taken must be as much as it states, or say what it lacks."""
    found = taken(tmp_path_factory, one, data)
    if found is None:
        return
    assert all(NODE_NAME.fullmatch(name) for name in found.topology.node)
    stated = one.stated(data.decode("utf-8", "replace"))
    links, ways = directions(found)
    have = ways if one.name in ("repetita", "ietf", "ietf-xml") else len(links)
    new = words(found) - noted[one.name]
    assert have >= stated or new, f"{have} of {stated} links, and nothing said"


@st.composite
def edits(draw):
    """A few changes of bytes: (place, how many go, what comes)."""
    one = st.tuples(
        st.integers(0, 10**5),
        st.integers(0, 12) | st.integers(0, 120),
        st.binary(max_size=3) | st.sampled_from(JUNK),
    )
    return draw(st.lists(one, min_size=1, max_size=3))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=examples(150, one_in=3))
@given(edits())
@example([(0, 0, b"")])
@example([(699, 9, b"")])
def test_bytes(tmp_path_factory, noted, name, changes):
    data = FORMATS[name].text.encode()
    for place, length, junk in changes:
        place %= len(data) + 1
        data = data[:place] + junk + data[place + length :]
    judge(tmp_path_factory, noted, FORMATS[name], data)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=examples(60, one_in=3))
@given(st.integers(0, 10**5))
def test_files_that_end_early(tmp_path_factory, noted, name, place):
    data = FORMATS[name].text.encode()
    judge(tmp_path_factory, noted, FORMATS[name], data[: place % len(data)])


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=examples(60, one_in=3))
@given(st.randoms(use_true_random=False), st.sampled_from(["cut", "twice", "swap", "shuffle"]))
def test_lines(tmp_path_factory, noted, name, rng, how):
    lines = FORMATS[name].text.encode().splitlines(keepends=True)
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    if how == "cut":
        del lines[a]
    elif how == "twice":
        lines.insert(b, lines[a])
    elif how == "swap":
        lines[a], lines[b] = lines[b], lines[a]
    else:
        random.Random(a * 1000 + b).shuffle(lines)
    judge(tmp_path_factory, noted, FORMATS[name], b"".join(lines))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("end", ["\r\n", "\n\n", "\r"], ids=["crlf", "blank lines", "cr"])
def test_ends_of_lines_change_nothing(tmp_path_factory, name, end):
    one = FORMATS[name]
    plain = imported(tmp_path_factory, one, one.text.encode())
    other = imported(tmp_path_factory, one, one.text.replace("\n", end).encode())
    assert other.topology == plain.topology


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_marked_encodings_change_nothing(tmp_path_factory, name, codec):
    one = FORMATS[name]
    plain = imported(tmp_path_factory, one, one.text.encode())
    text = "\ufeff" + one.text if codec == "utf-16-le" else one.text
    assert imported(tmp_path_factory, one, text.encode(codec)).topology == plain.topology


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("codec", ["gbk", "utf-16-le", "utf-16-be", "cp037"])
def test_encodings_that_nothing_states_are_refused(tmp_path_factory, name, codec):
    one = FORMATS[name]
    data = one.text.replace("alpha", "北京" if codec != "cp037" else "alpha").encode(codec)
    if codec.startswith("utf-16") and one.suffix in (".graphml", ".xml"):
        found = imported(tmp_path_factory, one, data)  # XML itself says how to tell (appendix F).
        assert "北京" in found.topology.node
        return
    with pytest.raises(InputError):
        imported(tmp_path_factory, one, data)


@pytest.mark.parametrize("name", FORMATS)
def test_the_whole_network_is_there(tmp_path_factory, name):
    one = FORMATS[name]
    found = imported(tmp_path_factory, one, one.text.encode())
    links, _ = directions(found)
    ends = sorted(tuple(sorted((link.a, link.b))) for link in links)
    wanted = [
        (graph_writers.NAMES[a], graph_writers.NAMES[b]) for _, a, b, *_ in graph_writers.LINKS
    ]
    wanted = wanted[:-1] if name == "topohub" else wanted
    assert ends == sorted(tuple(sorted(pair)) for pair in wanted)
