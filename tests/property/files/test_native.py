"""Topology files against everything that hypothesis can think of."""

import re
from dataclasses import replace
from ipaddress import IPv6Network

import yaml
from examples import examples
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from netkit.errors import InputError
from netkit.files.native.nodes import NAME, NODE_NAME
from netkit.files.native.topology import dump_topology, parse_topology
from netkit.model.network.addressing import AddressPlan
from netkit.model.network.derive import DelayRule, from_coordinates, from_length
from netkit.model.network.elements import (
    DelayBasis,
    Link,
    LinkKind,
    Node,
    Role,
    SidLimits,
    Status,
)
from netkit.model.network.fabrics import Fabric, FabricMember
from netkit.model.network.flex_algo import FlexAlgo, FlexMetric
from netkit.model.network.geo import Coordinates, floor_us
from netkit.model.network.topology import Topology

names = st.from_regex(NAME, fullmatch=True)
node_names = st.from_regex(NODE_NAME, fullmatch=True).filter(str.isprintable)
operators = st.sampled_from(["ct", "cm", "no", "12"])
lines = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=80)
lats = st.floats(-90, 90, allow_subnormal=False)
lons = st.floats(-180, 180, allow_subnormal=False)
positions = st.builds(Coordinates, lats, lons)
metrics = st.integers(0, 0xFFFFFE)
delays = st.integers(200_000, 1_000_000)  # slower than light to the antipodes
lengths = st.none() | st.floats(20_040, 40_000)
capacities = st.none() | st.integers(1, 10**15)
jitters = st.none() | st.integers(0, 1_000_000)
losses = st.none() | st.integers(0, 503_316_420)
mtus = st.none() | st.integers(1280, 65_535)
groups = st.frozensets(st.sampled_from(["a", "n2:x~y", "Z.9"]), max_size=3)
bytes_ = st.integers(0, 255)
limits = st.builds(SidLimits, bytes_, bytes_, st.integers(1, 255), bytes_)
statuses = st.sampled_from(Status)
bases = st.sampled_from(DelayBasis)


@st.composite
def topologies(draw):
    nodes = draw_nodes(draw)
    ids = draw(st.lists(names, unique=True, max_size=8))
    split = draw(st.integers(0, len(ids)))
    links = [draw_link(draw, id_, nodes) for id_ in ids[:split]]
    fabrics = [draw_fabric(draw, id_, nodes) for id_ in ids[split:]]
    blocks = draw(st.lists(st.integers(1, 2**32 - 1), min_size=3, max_size=3, unique=True))
    plan = AddressPlan(*(IPv6Network((block << 96, 32)) for block in blocks))
    addresses = draw(st.sampled_from([plan, AddressPlan()]))
    links = tuple(filter(None, links))
    return Topology(
        draw(names), tuple(nodes), links, tuple(filter(None, fabrics)),
        addresses, draw(st.just("") | lines), draw_flex_algos(draw, nodes, links, addresses),
    )  # fmt: skip


def draw_flex_algos(draw, nodes, links, addresses):
    free = [number for number in (128, 200, 255) if addresses.has_room(number)]
    algorithms = draw(st.lists(st.sampled_from(free), unique=True)) if free else []
    groups = sorted({group for link in links for group in link.admin_groups})
    risks = sorted({risk for link in links for risk in link.srlgs})
    some = st.frozensets(st.sampled_from(groups)) if groups else st.just(frozenset())
    members = st.none() | st.frozensets(st.sampled_from([n.name for n in nodes]), min_size=1)
    return tuple(
        FlexAlgo(
            algorithm, draw(st.sampled_from(FlexMetric)), draw(some), draw(some), draw(some),
            frozenset(risks[:1]), draw(members),
        )
        for algorithm in sorted(algorithms)
    )  # fmt: skip


def draw_nodes(draw):
    given_names = draw(st.lists(node_names, unique=True, min_size=1, max_size=5))
    count = len(given_names)
    numbers = draw(st.lists(st.integers(1, 65534), unique=True, min_size=count, max_size=count))
    place = st.none() | lines
    return [
        Node(
            name, draw(st.sampled_from(Role)), number, draw(operators), draw(place), draw(place),
            draw(st.none() | positions), draw(limits), draw(statuses), draw(place),
        )
        for name, number in zip(given_names, numbers, strict=True)
    ]  # fmt: skip


def draw_link(draw, id_, nodes):
    a, b = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
    kind = LinkKind.TRUNK if a.operator == b.operator else LinkKind.DIRECT_CONNECT
    handover = {a.role, b.role} <= {Role.CORE, Role.BORDER}
    if a == b or (kind is LinkKind.DIRECT_CONNECT and not handover):
        return None
    link = Link(
        id_, a.name, b.name, draw(delays), draw(delays), draw(metrics), draw(metrics), draw(bases),
        kind, draw(capacities), draw(lengths), draw(groups), draw(groups), None, draw(statuses),
        draw(st.sampled_from([None, f"{id_}:back"])), draw(st.sampled_from([None, "2026-11-22"])),
        draw(jitters), draw(jitters), draw(losses), draw(losses), draw(jitters), draw(jitters),
        draw(jitters), draw(mtus),
    )  # fmt: skip
    if draw(st.booleans()):
        return link
    return replace(
        link, delay_ba_us=None, metric_ba=None, id_ba=None, jitter_ba_us=None, loss_ba_ppb=None,
        te_metric_ba=None,
    )  # fmt: skip


def draw_fabric(draw, id_, nodes):
    if len({node.operator for node in nodes}) < 2:
        return None
    members = tuple(
        FabricMember(
            node.name, draw(delays), draw(bases), draw(capacities), draw(jitters), draw(losses),
            draw(jitters), draw(mtus),
        )
        for node in nodes
    )  # fmt: skip
    return Fabric(
        id_, members, draw(st.none() | lines), draw(st.none() | positions), draw(statuses)
    )


@settings(max_examples=examples(100, one_in=3))
@given(topologies())
def test_what_is_written_is_read_back(topology):
    assert parse_topology(dump_topology(topology)) == topology


@given(positions, positions, st.floats(1, 2), st.integers(0, 500))
def test_a_derived_delay_is_never_faster_than_light(a, b, factor, equipment_us):
    rule = DelayRule(route_factor=factor, equipment_us=equipment_us)
    derived = from_coordinates(a, b, rule)
    assert floor_us(a, b) + equipment_us <= derived.ab_us == derived.ba_us
    assert derived.ab_us < floor_us(a, b) * factor + equipment_us + 1.001
    by_length = from_length(derived.length_km, rule)
    assert abs(by_length.ab_us - derived.ab_us) <= 1


def outcome(text):
    """The topology, or the error; anything else that is raised fails the test."""
    try:
        return parse_topology(text, "file.yaml"), None
    except InputError as error:
        return None, error


@given(positions, positions, st.integers(0, 200_000))
def test_delays_are_refused_exactly_below_the_floor(a, b, delay_us):
    text = (
        "netkit: topology/1\nname: light\nnodes:\n"
        f"  - {{name: a, role: core, coordinates: [{a.lat_deg!r}, {a.lon_deg!r}]}}\n"
        f"  - {{name: b, role: core, coordinates: [{b.lat_deg!r}, {b.lon_deg!r}]}}\n"
        f"links: [{{a: a, b: b, delay_us: {delay_us}}}]\n"
    )
    topology, error = outcome(text)
    assert (topology is None) == (delay_us < floor_us(a, b) - 1)
    if topology is None:
        assert f"{delay_us} µs" in str(error)
        assert f"{floor_us(a, b):.0f} µs" in str(error)


GOOD = """netkit: topology/1
name: good
defaults: {metric: 5, sid_limits: {max_end_d: 3}}
operators: [ct, cm]
nodes:
  - {name: a, role: core, operator: ct, coordinates: [31.23, 121.47], sid_index: 3}
  - {name: b, role: border, operator: cm, coordinates: [32.06, 118.8]}
links:
  - {id: x, a: a, b: b, kind: direct_connect, delay_us: {ab: 9000, ba: 9001}, srlgs: [s]}
exchanges:
  - {id: e, members: [{node: a, delay_us: 5}, {node: b, length_km: 3.5}]}
"""
TOKENS = [
    "", "{", "}", "[", "]", ":", "- ", "\n", " ", "&x ", "*x", "!!binary ", "!!int ", "'", '"', "|",
    "%", "?", "#", "null", "~", "-1", "1e400", ".nan", "0x10", "1_0", "yes", "9" * 21,
    "\x00", "\ufeff", "\u2028", "é", "a", "name", "nodes: 3", "<<: *x",
]  # fmt: skip


@given(st.data())
def test_a_damaged_file_is_read_or_refused_with_its_place(data):
    words = re.split(r"(\W)", GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(words) - 1))
        words[at] = data.draw(st.sampled_from([*TOKENS, *words]))
    text = "".join(words)
    assume(text != GOOD)
    read_back_or_refused(text)


def read_back_or_refused(text):
    """The topology, which reads the same when written; None if every problem names the file."""
    topology, error = outcome(text)
    if topology is None:
        assert error.problems
        assert all(str(problem).startswith("file.yaml") for problem in error.problems)
        return None
    assert parse_topology(dump_topology(topology)) == topology
    return topology


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Where there are both, they differ in what they take: netkit has the first."""

PLACES = {
    "anything": "netkit: topology/1\nTEXT",
    "a name": GOOD.replace("name: good", "name: TEXT"),
    "prose": GOOD + "description: TEXT\n",
}


def test_any_text_is_read_or_refused():
    """Behind the first line, as a name, as prose: both happen, whatever hypothesis thinks of."""
    seen = set()

    @given(st.sampled_from(sorted(PLACES)), st.text(max_size=60))
    @example("a name", "other")
    @example("a name", "{")
    @example("prose", "Words, and more.")
    @example("prose", "words: more")
    def tried(place, text):
        whole = PLACES[place].replace("TEXT", text)
        topology = read_back_or_refused(whole)
        seen.add((place, topology is not None))
        if topology is not None:
            plain = yaml.load(whole, Loader=LOADER)
            assert topology.name == plain["name"]
            assert topology.description == plain.get("description", "")

    tried()
    assert {(place, read) for place in ("a name", "prose") for read in (True, False)} <= seen
    assert ("anything", True) not in seen


@given(lines)
def test_a_comment_changes_nothing(line):
    assert parse_topology(f"{GOOD}# {line}\n") == parse_topology(GOOD)


@given(st.floats())
def test_no_number_that_is_read_is_infinite(number):
    node = f"{{name: a, role: core, coordinates: [0, {number!r}]}}"
    topology, _ = outcome(f"netkit: topology/1\nname: n\nnodes: [{node}]")
    assert (topology is not None) == (-180 <= number <= 180)
    if topology is not None:
        assert topology.nodes[0].coordinates.lon_deg == number
