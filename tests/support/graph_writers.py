"""One small network in every format that graphs come in, and how many links a text states.

Written after the formats' own documents, apart from the readers. What a text states is counted by
what no link can be without, so that a reader which loses one in silence is found out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")
LINKS = tuple(
    (f"L{number}", a, b, 1000 + number, 10 + number)
    for number, (a, b) in enumerate(((0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (0, 2), (1, 2)))
)
"""Id, two ends, delay in µs, metric; the last is parallel to another."""


@dataclass(frozen=True)
class Written:
    """A format: its text, how many links any text of it states, whether figures are its own."""

    name: str
    text: str
    stated: Callable[[str], int]
    suffix: str = ".txt"


def graphml() -> str:
    keys = (
        '<key id="d" for="edge" attr.name="delay_us"/><key id="m" for="edge" attr.name="metric"/>'
    )
    nodes = "\n".join(f'<node id="{name}"></node>' for name in NAMES)
    edges = "\n".join(
        f'<edge id="{id_}" source="{NAMES[a]}" target="{NAMES[b]}">'
        f'<data key="d">{us}</data><data key="m">{metric}</data></edge>'
        for id_, a, b, us, metric in LINKS
    )
    return (
        f'<?xml version="1.0"?>\n<graphml>{keys}\n<graph edgedefault="undirected">\n{nodes}\n'
        f"{edges}\n</graph></graphml>\n"
    )


def gml() -> str:
    nodes = "\n".join(f'  node [ id {place} label "{name}" ]' for place, name in enumerate(NAMES))
    edges = "\n".join(
        f'  edge [ source {a} target {b} id "{id_}" delay_us {us} metric {metric} ]'
        for id_, a, b, us, metric in LINKS
    )
    return f"graph [\n  directed 0\n{nodes}\n{edges}\n]\n"


def node_link() -> str:
    return json.dumps({
        "directed": False, "multigraph": True, "graph": {},
        "nodes": [{"id": name} for name in NAMES],
        "edges": [
            {"source": NAMES[a], "target": NAMES[b], "key": id_, "delay_us": us, "metric": metric}
            for id_, a, b, us, metric in LINKS
        ],
    }, indent=1)  # fmt: skip


def topohub() -> str:
    places = [[4.9, 52.4], [2.35, 48.9], [13.4, 52.5], [12.5, 41.9], [-0.1, 51.5]]
    return json.dumps({
        "directed": False, "multigraph": False, "nodes": [
            {"id": at, "name": name, "pos": pos}
            for at, (name, pos) in enumerate(zip(NAMES, places, strict=True))
        ],
        "graph": {"name": "g", "demands": {"0": {"1": 5.0}}, "stats": {"nodes": 5}},
        "edges": [
            {"source": a, "target": b, "dist": 700.5 + at}
            for at, (_, a, b, *_rest) in enumerate(LINKS[:-1])
        ],
    }, indent=1)  # fmt: skip


def edge_list() -> str:
    rows = [f"{id_},{NAMES[a]},{NAMES[b]},{us},{metric}" for id_, a, b, us, metric in LINKS]
    return "\n".join(["id,src,dst,delay_us,metric", *rows, ""])


def repetita() -> str:
    nodes = [f"{name} {place}.5 {place + 40}.25" for place, name in enumerate(NAMES)]
    edges = [
        f"{id_}_{way} {src} {dst} {metric} 10000 {us * 100}"
        for id_, a, b, us, metric in LINKS
        for way, src, dst in ((0, a, b), (1, b, a))
    ]
    return "\n".join([
        f"NODES {len(nodes)}", "label x y", *nodes, "", f"EDGES {len(edges)}",
        "label src dest weight bw delay", *edges, "",
    ])  # fmt: skip


def sndlib() -> str:
    nodes = [f"  {name} ( {place}.50 {place + 40}.25 )" for place, name in enumerate(NAMES)]
    links = [
        f"  {id_} ( {NAMES[a]} {NAMES[b]} ) 155.00 0.00 {metric}.00 0.00 ( 622.00 6.00 )"
        for id_, a, b, _, metric in LINKS
    ]
    return "\n".join([
        "?SNDlib native format; type: network; version: 1.0", "# network", "", "META (",
        "  granularity = 5min", ")", "", "NODES (", *nodes, ")", "", "LINKS (", *links, ")", "",
        "DEMANDS (", "  D1 ( alpha beta ) 1 12.50 UNLIMITED", ")", "",
    ])  # fmt: skip


def sndlib_xml() -> str:
    nodes = "\n".join(
        f'<node id="{name}"><coordinates><x>{place}.5</x><y>{place + 40}.25</y></coordinates>'
        "</node>"
        for place, name in enumerate(NAMES)
    )
    links = "\n".join(
        f'<link id="{id_}"><source>{NAMES[a]}</source><target>{NAMES[b]}</target>'
        f"<routingCost>{metric}.0</routingCost><additionalModules><addModule><capacity>40.0</capacity>"
        "<cost>1.0</cost></addModule></additionalModules></link>"
        for id_, a, b, _, metric in LINKS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<network version="1.0"><networkStructure>\n'
        f'<nodes coordinatesType="geographical">\n{nodes}\n</nodes>\n<links>\n{links}\n</links>\n'
        "</networkStructure></network>\n"
    )


def ietf() -> str:
    links = [
        {
            "link-id": f"{id_}{way}",
            "source": {"source-node": NAMES[src], "source-tp": id_},
            "destination": {"dest-node": NAMES[dst], "dest-tp": id_},
            "ietf-te-topology:te": {
                "te-link-attributes": {"te-delay-metric": us, "te-igp-metric": metric}
            },
        }
        for id_, a, b, us, metric in LINKS
        for way, src, dst in (("+", a, b), ("-", b, a))
    ]
    network = {
        "network-id": "n", "node": [{"node-id": name} for name in NAMES],
        "ietf-network-topology:link": links,
    }  # fmt: skip
    return json.dumps({"ietf-network:networks": {"network": [network]}}, indent=1)


def ietf_xml() -> str:
    space = "urn:ietf:params:xml:ns:yang:ietf"
    nodes = "\n".join(f"<node><node-id>{name}</node-id></node>" for name in NAMES)
    links = "\n".join(
        f'<link xmlns="{space}-network-topology"><link-id>{id_}{way}</link-id>'
        f"<source><source-node>{NAMES[src]}</source-node><source-tp>{id_}</source-tp></source>"
        f"<destination><dest-node>{NAMES[dst]}</dest-node><dest-tp>{id_}</dest-tp></destination>"
        f'<te xmlns="{space}-te-topology"><te-link-attributes>'
        f"<te-delay-metric>{us}</te-delay-metric><te-igp-metric>{metric}</te-igp-metric>"
        "</te-link-attributes></te></link>"
        for id_, a, b, us, metric in LINKS
        for way, src, dst in (("+", a, b), ("-", b, a))
    )
    return (
        f'<?xml version="1.0"?>\n<networks xmlns="{space}-network">\n<network>\n'
        f"<network-id>n</network-id>\n{nodes}\n{links}\n</network></networks>\n"
    )


def _rows(text: str) -> int:
    lines = [
        line for line in re.split(r"\r\n|\n|\r", text) if line.strip(" \t,") and line[0] != "#"
    ]
    return max(len(lines) - 1, 0)


def _section(text: str) -> int:
    found = re.search(r"^LINKS \(\n(.*?)^\)", text, re.MULTILINE | re.DOTALL)
    lines = [] if found is None else found[1].split("\n")
    return sum(line.startswith("  L") for line in lines)


def _edges(text: str) -> int:
    found = re.search(r"^EDGES \d+\nlabel[^\n]*\n(.*)", text, re.MULTILINE | re.DOTALL)
    return 0 if found is None else sum(bool(line.strip()) for line in found[1].split("\n"))


def _both(word: str, other: str) -> Callable[[str], int]:
    return lambda text: min(text.count(word), text.count(other))


ALL = (
    Written("graphml", graphml(), _both(" source=", " target="), ".graphml"),
    Written("gml", gml(), _both(" source ", " target "), ".gml"),
    Written("node-link", node_link(), _both('"source": ', '"target": '), ".json"),
    Written("topohub", topohub(), _both('"source": ', '"target": '), ".json"),
    Written("edges", edge_list(), _rows, ".csv"),
    Written("repetita", repetita(), _edges, ".graph"),
    Written("sndlib", sndlib(), _section),
    Written("sndlib-xml", sndlib_xml(), _both("<source>", "<target>"), ".xml"),
    Written("ietf", ietf(), _both('"source-node"', '"dest-node"'), ".json"),
    Written("ietf-xml", ietf_xml(), _both("<source-node>", "<dest-node>"), ".xml"),
)
