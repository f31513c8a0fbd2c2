"""Build ``east-data-west-compute.yaml`` from ``sources/*.csv``; run it again after changing them.

The model has two layers. Below lie ducts between neighbouring cities, each with a route factor and
the national trunk that it belongs to. Above them lie the IP links of three operators; a link rides
the shortest way through the ducts (past the cities in ``via``), so its length is the sum of theirs,
and links that share a duct share a risk group. Rules and assumptions are stated in README.md.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import networkx as nx
from calibrate import update_readme

from netkit.files.native.topology import load_topology
from netkit.model.network.geo import Coordinates, fibre_us, great_circle_km

HERE = Path(__file__).resolve().parent
OUTPUT = HERE / "east-data-west-compute.yaml"

OPERATORS = {"ct": "ChinaNet 163", "cm": "CMNET", "cu": "China Unicom 169"}
THREE = frozenset({"beijing", "shanghai", "guangzhou"})
EIGHT = THREE | {"shenyang", "nanjing", "wuhan", "chengdu", "xian"}
NINE = THREE | {"tianjin", "jinan", "zhengzhou", "wuhan", "xian", "shenyang"}
CORES = {"ct": EIGHT, "cm": EIGHT, "cu": NINE}
SID_BASE = {"ct": 0x100, "cm": 0x200, "cu": 0x300}

ROUTER_HOP_US = 20
FEC_SPAN_US = 150
REGENERATION_US = 100
REGENERATION_KM = 500
NEW_CABLE_FACTOR = 1.4
POINT_FIBRE_KM = 20
EXCHANGE_LEG_KM = 10
EXCHANGE_NEAR_KM = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """What operators do with one kind of link: metric base + km / divisor; capacity."""

    base: int
    divisor: int
    capacity_gbps: int
    hidden_layers: int = 0


KINDS = {
    "core": Kind(20, 100, 1600),
    "uplink": Kind(60, 20, 400, hidden_layers=1),
    "cluster": Kind(60, 20, 800, hidden_layers=1),
    "lateral": Kind(300, 10, 200),
    "direct": Kind(400, 10, 400),
}


@dataclass(frozen=True, slots=True)
class IpLink:
    """One IP link; ``factor`` is set where it is one straight cable, ``length_km`` otherwise."""

    a: str
    b: str
    kind: str
    ducts: tuple[tuple[str, str], ...]
    length_km: float
    factor: float | None
    metric: int

    @property
    def equipment_us(self) -> int:
        """A router and a FEC span for each layer, and regeneration along old cables."""
        layers = 1 + KINDS[self.kind].hidden_layers
        sites = 0 if self.kind == "direct" else int(self.length_km // REGENERATION_KM)
        return layers * (ROUTER_HOP_US + FEC_SPAN_US) + sites * REGENERATION_US


def read(name: str) -> list[dict[str, str]]:
    """The rows of one source file."""
    with (HERE / "sources" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def coordinates(places: list[dict[str, str]]) -> dict[str, Coordinates]:
    """Positions by slug."""
    return {row["slug"]: Coordinates(float(row["lat"]), float(row["lon"])) for row in places}


def duct_graph(where: dict[str, Coordinates]) -> nx.Graph:
    """Ducts with their length in km, route factor and trunk."""
    graph = nx.Graph()
    for row in read("ducts"):
        a, b, factor = row["a"], row["b"], float(row["route_factor"])
        km = great_circle_km(where[a], where[b]) * factor
        risk = None if row["trunk"] == "entry" else f"{row['trunk'] or 'duct'}:{a}~{b}"
        graph.add_edge(a, b, km=km, factor=factor, risk=risk)
    return graph


def ip_links(ducts: nx.Graph, where: dict[str, Coordinates]) -> list[IpLink]:
    """Every IP link, operator by operator; parallel links have the metric of the first."""
    made: list[IpLink] = []
    metric: dict[tuple[str, str], int] = {}
    rows = read("links")
    for operator in OPERATORS:
        for row in rows:
            if operator not in row["operators"].split():
                continue
            link = _ip_link(operator, row, ducts, where, metric)
            metric.setdefault((link.a, link.b), link.metric)
            made.append(link)
    return made


def _ip_link(
    operator: str,
    row: dict[str, str],
    ducts: nx.Graph,
    where: dict[str, Coordinates],
    metric: dict[tuple[str, str], int],
) -> IpLink:
    a, b, kind = row["a"], row["b"], row["kind"]
    if kind == "direct":
        path: list[tuple[str, str]] = []
        factor: float | None = NEW_CABLE_FACTOR
        length_km = great_circle_km(where[a], where[b]) * NEW_CABLE_FACTOR
    else:
        stops = [a, *row["via"].split(), b]
        path = [duct for x, y in pairwise(stops) for duct in _ride(ducts, x, y)]
        factor = ducts.edges[path[0]]["factor"] if len(path) == 1 else None
        length_km = sum(ducts.edges[duct]["km"] for duct in path)
    ends = f"{a}-{operator}", f"{b}-{operator}"
    cost = KINDS[kind].base + round(length_km / KINDS[kind].divisor)
    return IpLink(*ends, kind, tuple(path), length_km, factor, metric.get(ends, cost))


def _ride(ducts: nx.Graph, a: str, b: str) -> list[tuple[str, str]]:
    stops = nx.shortest_path(ducts, a, b, weight="km")
    return list(pairwise(stops))


def shared_risks(links: list[IpLink], ducts: nx.Graph) -> dict[tuple[str, str], str]:
    """Names of the ducts that at least two links ride, by duct in both directions."""
    used = Counter(ducts.edges[duct]["risk"] for link in links for duct in set(link.ducts))
    named = {}
    for a, b, risk in ducts.edges(data="risk"):
        if risk is not None and used[risk] > 1:
            named[a, b] = named[b, a] = risk
    return named


def node_lines(places: list[dict[str, str]], links: list[IpLink]) -> list[str]:
    """One line a router; one that only a planned point asks for is planned."""
    used = {name for link in links for name in (link.a, link.b)}
    points = {row["slug"] for row in read("direct-connect-points")}
    lines = []
    for operator, full_name in OPERATORS.items():
        lines.append(f"  # {full_name}")
        for row in places:
            name = f"{row['slug']}-{operator}"
            if name in used or row["slug"] in points:
                status = "" if name in used else ", status: planned"
                lines.append(_node_line(name, operator, row, points, status))
    return lines


def _node_line(name: str, operator: str, row: dict[str, str], points: set[str], status: str) -> str:
    slug = row["slug"]
    if row["kind"] == "cluster":
        role = "cluster"
    elif slug in CORES[operator]:
        role = "core"
    else:
        role = "border" if slug in points else "city"
    hub = f", hub: {row['hub']}" if row["hub"] else ""
    place = row["place"].replace("'", "''")
    return (
        f"  - {{name: {name}, role: {role}, operator: {operator}, place: '{place}'{hub}, "
        f"coordinates: [{row['lat']}, {row['lon']}], "
        f"sid_index: {SID_BASE[operator] + int(row['number'])}{status}}}"
    )


def link_lines(links: list[IpLink], risks: dict[tuple[str, str], str]) -> list[str]:
    """One line an IP link."""
    lines = []
    for link in links:
        if link.factor is None:
            delay = f"length_km: {math.ceil(link.length_km * 10) / 10}"
        else:
            delay = f"route_factor: {link.factor}"
        srlgs = ", ".join(dict.fromkeys(risks[duct] for duct in link.ducts if duct in risks))
        lines.append(
            f"  - {{a: {link.a}, b: {link.b}, {delay}, equipment_us: {link.equipment_us}, "
            f"metric: {link.metric}, capacity_gbps: {KINDS[link.kind].capacity_gbps}, "
            f"srlgs: [{srlgs}], admin_groups: [{link.kind}]}}"
        )
    return lines


def point_lines() -> list[str]:
    """Three links a direct-connect point: each operator to each other, through one building."""
    lines = []
    for row in read("direct-connect-points"):
        lines.append(f"  # {row['slug']}: {row['opened']}")
        status = "" if row["status"] == "active" else ", status: planned"
        for x, y in (("ct", "cm"), ("ct", "cu"), ("cm", "cu")):
            lines.append(
                f"  - {{a: {row['slug']}-{x}, b: {row['slug']}-{y}, kind: direct_connect, "
                f"length_km: {POINT_FIBRE_KM}, capacity_gbps: 800, "
                f"srlgs: ['point:{row['slug']}'], admin_groups: [point]{status}}}"
            )
    return lines


def exchange_lines(where: dict[str, Coordinates]) -> list[str]:
    """The exchange centres; a member's leg is a fibre through the city, or from farther away."""
    lines = []
    for row in read("exchanges"):
        lines += [
            f"  - id: {row['id']}  # {row['opened']}",
            f"    place: {row['place']}",
            f"    coordinates: [{row['lat']}, {row['lon']}]",
            "    members:",
        ]
        site = Coordinates(float(row["lat"]), float(row["lon"]))
        for member in row["members"].split():
            far = great_circle_km(site, where[member.rpartition("-")[0]]) > EXCHANGE_NEAR_KM
            leg = "route_factor: 1.6" if far else f"length_km: {EXCHANGE_LEG_KM}"
            lines.append(f"      - {{node: {member}, {leg}, capacity_gbps: 100}}")
    return lines


def build() -> str:
    """The text of the topology file."""
    places = read("places")
    where = coordinates(places)
    ducts = duct_graph(where)
    links = ip_links(ducts, where)
    sections = {
        "nodes": node_lines(places, links),
        "links": [
            *link_lines(links, shared_risks(links, ducts)),
            "  # Direct-connect points: the only places where the operators meet bilaterally.",
            *point_lines(),
        ],
        "exchanges": exchange_lines(where),
    }
    head = [
        "# Made by build_east_data_west_compute.py from sources/*.csv: change those, not this.",
        "# What is sourced and what is assumed: README.md.",
        "netkit: topology/1",
        "name: east-data-west-compute",
        "description: Three operators, the ten hub clusters, direct-connect points and exchanges",
        "defaults:",
        f"  equipment_us: {ROUTER_HOP_US}",
        f"operators: [{', '.join(OPERATORS)}]",
    ]
    body = [line for key, lines in sections.items() for line in (f"{key}:", *lines)]
    return "\n".join([*head, *body]) + "\n"


def optical_us() -> list[float]:
    """Light time through the ducts between the cluster cities of different hubs."""
    places = read("places")
    ducts = duct_graph(coordinates(places))
    clusters = [row for row in places if row["kind"] == "cluster"]
    return [
        fibre_us(nx.dijkstra_path_length(ducts, a["slug"], b["slug"], weight="km"))
        for a, b in combinations(clusters, 2)
        if a["hub"] != b["hub"]
    ]


if __name__ == "__main__":
    OUTPUT.write_text(build(), encoding="utf-8")
    update_readme(load_topology(OUTPUT), optical_us())
    sys.stdout.write(f"{OUTPUT.name} and the tables of README.md are written\n")
