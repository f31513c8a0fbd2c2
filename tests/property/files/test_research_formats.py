"""Random SNDlib and topohub networks, written by these tests, are imported as what they are."""

import json
import math
from xml.sax.saxutils import escape, quoteattr

from hypothesis import assume, given
from hypothesis import strategies as st

from netkit.files.importers.formats import parsed
from netkit.files.importers.imported import Options
from netkit.files.importers.recognised import Format, format_of

ROUTE_FACTOR, US_PER_KM, EARTH_KM = 1.6, 4.897, 6371.0088
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,10}", fullmatch=True)
DEGREES = st.decimals(-80, 80, places=4, allow_nan=False)


@st.composite
def networks(draw):
    """(names, positions, links, demands); a link is (a, b, Mbit/s, cost), a demand the same without
    a cost."""
    names = draw(st.lists(NAMES, unique=True, min_size=2, max_size=6))
    count = len(names)
    positions = draw(st.lists(st.tuples(DEGREES, DEGREES), min_size=count, max_size=count))
    assume(len(set(positions)) > 1)
    ends = st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True)
    amount = st.integers(1, 10**6)
    links = [
        (*draw(ends), draw(amount), draw(st.integers(0, 500)))
        for _ in range(draw(st.integers(1, 8)))
    ]
    demands = [(*draw(ends), draw(amount)) for _ in range(draw(st.integers(0, 4)))]
    return names, positions, links, demands


def delay_us(a, b):
    """Great circle by the haversine, times the route factor, at the speed of light in fibre."""
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(math.radians, map(float, one))) for one in (a, b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1, math.sqrt(half))) * ROUTE_FACTOR * US_PER_KM


def check(text, kind, network, *, costs=True, capacities=True):
    names, positions, links, demands = network
    assert format_of(text) is kind
    found = parsed(text, "x", Options(), kind)
    topology = found.topology
    assert [node.name for node in topology.nodes] == names
    stated = any(cost for *_, cost in links) and costs
    assert [
        (link.a, link.b, link.capacity_bps, link.cost) for link in topology.links
    ] == [
        (names[a], names[b], mbps * 10**6 if capacities else None, cost if stated else None)
        for a, b, mbps, cost in links
    ]  # fmt: skip
    for link, (a, b, *_) in zip(topology.links, links, strict=True):
        exact = delay_us(positions[a], positions[b])
        assert abs(link.delay_ab_us - exact) <= 1 + exact * 1e-6
        assert link.delay_ab_us == link.delay_ba_us
    assert [(wish.src, wish.dst, wish.bandwidth_bps) for wish in found.wishes] == [
        (names[a], names[b], mbps * 10**6) for a, b, mbps in demands
    ]


@given(networks())
def test_sndlib(network):
    names, positions, links, demands = network
    nodes = [f"  {name} ( {lon} {lat} )" for name, (lat, lon) in zip(names, positions, strict=True)]
    rows = [
        f"  l{at} ( {names[a]} {names[b]} ) {mbps}.0 0.00 {cost}.00 0.00 ( 40.00 1.00 )"
        for at, (a, b, mbps, cost) in enumerate(links)
    ]
    wanted = [
        f"  d{at} ( {names[a]} {names[b]} ) 1 {mbps}.00 UNLIMITED"
        for at, (a, b, mbps) in enumerate(demands)
    ]
    text = "\n".join([
        "?SNDlib native format; type: network; version: 1.0", "", "NODES (", *nodes, ")",
        "LINKS (", *rows, ")", "DEMANDS (", *wanted, ")", "ADMISSIBLE_PATHS (", ")", "",
    ])  # fmt: skip
    check(text, Format.SNDLIB, network)


@given(networks())
def test_sndlib_xml(network):
    names, positions, links, demands = network
    nodes = "".join(
        f"<node id={quoteattr(name)}><coordinates><x>{lon}</x><y>{lat}</y></coordinates></node>"
        for name, (lat, lon) in zip(names, positions, strict=True)
    )
    rows = "".join(
        f'<link id="l{at}"><source>{escape(names[a])}</source><target>{escape(names[b])}</target>'
        f"<preInstalledModule><capacity>{mbps}.0</capacity><cost>0.0</cost></preInstalledModule>"
        f"<routingCost>{cost}.0</routingCost></link>"
        for at, (a, b, mbps, cost) in enumerate(links)
    )
    wanted = "".join(
        f'<demand id="d{at}"><source>{escape(names[a])}</source><target>{escape(names[b])}</target>'
        f"<demandValue>{mbps}.0</demandValue></demand>"
        for at, (a, b, mbps) in enumerate(demands)
    )
    text = (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
        '<network xmlns="http://sndlib.zib.de/network" version="1.0"><networkStructure>'
        f'<nodes coordinatesType="geographical">{nodes}</nodes><links>{rows}</links>'
        f"</networkStructure><demands>{wanted}</demands></network>"
    )
    check(text, Format.SNDLIB_XML, network)


@given(networks(), st.sampled_from(["links", "edges"]))
def test_topohub(network, key):
    names, positions, links, demands = network
    once = {(a, b): (a, b, mbps, 0) for a, b, mbps, _ in links if a < b}  # No parallels there.
    table: dict[str, dict[str, float]] = {}
    for a, b, mbps in demands:
        table.setdefault(str(a), {})[str(b)] = mbps
    document = {
        "directed": False, "multigraph": False,
        "graph": {"name": "x", "demands": table, "stats": {"nodes": len(names)}},
        "nodes": [
            {"id": at, "name": name, "pos": [float(lon), float(lat)]}
            for at, (name, (lat, lon)) in enumerate(zip(names, positions, strict=True))
        ],
        key: [
            {
                "source": a, "target": b,
                "dist": delay_us(positions[a], positions[b]) / ROUTE_FACTOR / US_PER_KM,
                "ecmp_fwd": {"uni": 1.0}, "ecmp_bwd": {"uni": 1.0},
            }
            for a, b, *_ in once.values()
        ],
    }  # fmt: skip
    ordered = [
        (int(a), int(b), mbps) for a, row in table.items() for b, mbps in row.items()
    ]  # fmt: skip
    same = names, positions, list(once.values()), ordered
    check(json.dumps(document), Format.NODE_LINK, same, costs=False, capacities=False)
