"""Nodes by the places where they are, in options and in tables."""

import pytest
from command import invoked

from netkit.cli.refusals import told
from netkit.errors import InputError
from netkit.files.demands import read_demands
from netkit.files.importers.formats import import_topology
from netkit.files.importers.node_words import node_words
from netkit.workflows.plan import understood

TWO_AT_ONE_PLACE = """netkit: topology/1
name: words
operators: [x]
nodes:
- {name: pek-1, role: core, operator: x, place: Beijing}
- {name: pek-2, role: core, operator: x, place: Beijing}
- {name: sha-1, role: core, operator: x, place: Shanghai}
- {name: sha-2, role: core, operator: x, place: Shanghai, status: planned}
- {name: Wuhu, role: city, operator: x}
links:
- {id: l1, a: pek-1, b: sha-1, delay_us: 7000, metric: 10}
- {id: l2, a: pek-2, b: sha-1, delay_us: 7000, metric: 10}
- {id: l3, a: Wuhu, b: sha-1, delay_us: 3000, metric: 10}
- {id: l4, a: Wuhu, b: pek-1, delay_us: 9000, metric: 10}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "words.yaml"
    path.write_text(TWO_AT_ONE_PLACE)
    return path


def test_a_place_means_the_one_router_in_use_there(file):
    words = node_words(import_topology(file))
    for word in ("Shanghai", "上海", "上海市", "sha-1"):
        assert words.node(word, "x") == "sha-1"
    assert words.node("芜湖", "x") == "Wuhu"
    assert words.node("nowhere", "x") == "nowhere"


@pytest.mark.parametrize("word", ["Beijing", "北京"])
def test_a_place_of_several_is_refused_with_their_names(file, word):
    words = node_words(import_topology(file))
    with pytest.raises(InputError, match="expected one of its nodes, pek-1 or pek-2"):
        words.node(word, "--via")


def run(*arguments):
    return invoked(*arguments)


def test_every_option_that_takes_a_node_takes_its_place(file):
    bound = ("--bound", "60ms")
    assert run("plan", file, "--pair", "芜湖:上海", *bound).exit_code == 0
    assert run("plan", file, "--pair", "芜湖:pek-1", "--via", "上海", *bound).exit_code == 0
    assert run("explain", file, "芜湖", "Shanghai", *bound).exit_code == 0
    avoided = run("plan", file, "--pair", "芜湖:pek-2", "--exclude-node", "上海", *bound)
    assert avoided.exit_code == 2


@pytest.mark.parametrize(
    "options",
    [
        ("--pair", "北京:上海"), ("--pair", "芜湖:上海", "--via", "北京"),
        ("--pair", "芜湖:上海", "--exclude-node", "北京"),
    ],
)  # fmt: skip
def test_an_option_with_a_place_of_several_is_refused(file, options):
    said = run("plan", file, *options, "--bound", "60ms").exception
    assert isinstance(said, InputError)
    assert f"{options[-2]}: 北京; expected one of its nodes, pek-1 or pek-2" in str(told(said))


def test_tables_of_demands_and_of_delays_take_places(file, tmp_path):
    demands, delays = tmp_path / "d.csv", tmp_path / "delays.csv"
    demands.write_text("src,dst\n芜湖,上海\n")
    words = node_words(import_topology(file))
    (wish,) = understood(words, read_demands(demands))
    assert (wish.src, wish.dst) == ("Wuhu", "sha-1")
    delays.write_text("src,dst,delay_ms\n芜湖,上海,4\n")
    assert import_topology(file, delays=delays).topology.link["l3"].delay_ab_us == 4000
    demands.write_text("src,dst\n北京,上海\n")
    with pytest.raises(
        InputError, match="2 nodes are called that: '北京'; expected pek-1 or pek-2"
    ):
        understood(words, read_demands(demands))
