"""Databases of IS-IS with all that is odd and legal, and SPF over them by the letter of ISO 10589.

Knows nothing of the importers: LSPs are plain mappings in the shape that FRR 10.3 prints, and SPF
reads these mappings as a router would read what they stand for (ISO 10589 §7.2.5, §7.2.8, §7.3.16;
RFC 1195; RFC 5120 §3, §4, §7; RFC 5305 §3).
"""

from __future__ import annotations

import heapq
import json
import random

MAX_METRIC = 0xFFFFFF
METRICS = (0, 0, 1, 2, 5, 10, 10, 63, 64, 1000, MAX_METRIC - 1, MAX_METRIC)
STANDARD, IPV6 = "standard", "ipv6-unicast"

Vertex = tuple[str, int]
"""A system and a circuit; circuit 0 is the router itself."""


class Odd:
    """A database: LSPs by hand, and what is told of its routers."""

    def __init__(self, seed: int, *, aged: bool = True) -> None:
        self.rng = random.Random(seed)
        self.topology = self.rng.choice((STANDARD, STANDARD, IPV6))
        count = self.rng.randint(2, 7)
        self.ids = [f"0000.0000.{number:04x}" for number in self.rng.sample(range(1, 999), count)]
        self.rows: dict[Vertex, list[dict]] = {(id_, 0): [] for id_ in self.ids}
        self.number = 0
        for place in range(1, count):
            self._link(self.ids[place], self.ids[self.rng.randrange(place)])
        for _ in range(self.rng.randint(0, 2 * count)):
            self._link(*self.rng.sample(self.ids, 2))
        for circuit in range(1, self.rng.choice((1, 2, 3))):
            self._lan(circuit, self.rng.sample(self.ids, self.rng.randint(2, count)))
        self.lsps = [lsp for vertex in self.rows for lsp in self._fragments(vertex)]
        if aged:
            self._age()
        self.rng.shuffle(self.lsps)

    def text(self) -> str:
        """What ``show isis database detail json`` prints of it."""
        level = {"id": 2, "lsps": self.lsps, "count": len(self.lsps)}
        return json.dumps({"areas": [{"area": {"name": "1"}, "levels": [level]}]})

    def _link(self, a: str, b: str) -> None:
        self.number += 1
        ends = [f"10.{self.number >> 8}.{self.number & 255}.{end}" for end in (1, 2)]
        style = self.rng.choice(("numbered", "numbered", "near", "ids", "bare"))
        for here, there, near, far in ((a, b, 0, 1), (b, a, 1, 0)):
            if self.rng.random() < 0.08:
                continue  # One way only, as while the neighbour has not heard of it yet.
            said: dict = {}
            if style in ("numbered", "near"):
                said["localIfaceIp"] = ends[near]
            if style == "numbered":
                said["remoteIfaceIp"] = ends[far]
            if style == "ids":
                said |= {
                    "linkLocalId": 2 * self.number + near,
                    "linkRemoteId": 2 * self.number + far,
                }
            self._list(here, f"{there}.00", said)

    def _lan(self, circuit: int, members: list[str]) -> None:
        speaker = members[0]
        self.rows[speaker, circuit] = []
        for member in members:
            if self.rng.random() < 0.9:
                self._list(member, f"{speaker}.{circuit:02x}", {"localIfaceIp": "10.99.0.1"})
            if self.rng.random() < 0.9:
                row = {"mtId": "Extended", "id": f"{member}.00", "metric": 0}
                self.rows[speaker, circuit].append(row)

    def _list(self, here: str, there: str, said: dict) -> None:
        """In the topology of IPv6, in the other, or in both."""
        metric = self.rng.choice(METRICS)
        both = {"maxMinDelay": {"delay": "Normal", "microSec": "5 / 9"}, "newSubTlv": [1]}
        row = {"mtId": "Extended", "id": there, "metric": metric} | both | said
        where = (STANDARD,) if self.topology == STANDARD else self.rng.choice(
            ((STANDARD, IPV6), (IPV6,), (STANDARD,))
        )  # fmt: skip
        for name in where:
            more = {"mtId": "MT", "mtName": IPV6} if name == IPV6 else {}
            self.rows[here, 0].append(row | more)

    def _fragments(self, vertex: Vertex) -> list[dict]:
        """The rows of one vertex over several LSPs; some have a hole where the first should be."""
        rows, parts = self.rows[vertex], self.rng.choice((1, 1, 1, 2, 3))
        self.rng.shuffle(rows)
        made = []
        for number in range(parts):
            lsp = self._lsp(vertex, number) | {"extReach": rows[number::parts]}
            if number and not vertex[1]:
                lsp["hostname"] = f"old-{vertex[0][-4:]}"
            made.append(lsp)
        if self.rng.random() < 0.05:
            made = made[1:]
        return made

    def _lsp(self, vertex: Vertex, fragment: int) -> dict:
        id_, circuit = vertex
        made = {
            "lsp": {"id": f"{id_}.{circuit:02x}-{fragment:02x}", "own": " "},
            "seqNumber": f"0x{self.rng.randint(5, 99):08x}", "chksum": f"0x{fragment:04x}",
            "holdtime": 900, "unknownTlv": {"x": 1},
        }  # fmt: skip
        if circuit:
            return made | {"attPOl": "0/0/0"}
        bits = f"{int(self.rng.random() < 0.2)}/0/{int(self.rng.random() < 0.15)}"
        made |= {"attPOl": bits, "hostname": f"r-{id_[-4:]}"}
        if self.topology == IPV6 and not fragment:
            overload = self.rng.random() < 0.2
            made["mt"] = [
                {"mtId": 0, "mtName": "ipv4-unicast"},
                {"mtId": 2, "mtName": IPV6, "overloadBit": overload, "overload": overload},
            ]
        return made

    def _age(self) -> None:
        """Older copies, purged LSPs, places that are kept for one."""
        for lsp in list(self.lsps):
            chance = self.rng.random()
            if chance < 0.15:  # An older copy, which says something else.
                others = [row | {"metric": 3} for row in lsp["extReach"][:1]]
                old = lsp | {"seqNumber": "0x00000002", "extReach": others}
                self.lsps.append(old | ({"attPOl": "0/0/1"} if chance < 0.07 else {}))
            elif chance < 0.19:
                lsp["holdtime"] = self.rng.choice(("(12)", 0, "0"))
            elif chance < 0.21:
                lsp["seqNumber"] = "0x00000000"
            elif chance < 0.24:  # Purged just now under the same number.
                self.lsps.append(lsp | {"holdtime": "(3)", "extReach": []})


def held(lsps: list[dict]) -> dict[Vertex, list[dict]]:
    """What a router holds: the newest of each, none that is dead, none without the first."""
    newest: dict[str, dict] = {}
    for lsp in lsps:
        id_ = lsp["lsp"]["id"]
        if id_ not in newest or _age_of(lsp) > _age_of(newest[id_]):
            newest[id_] = lsp
    found: dict[Vertex, dict[int, dict]] = {}
    for id_, lsp in newest.items():
        if not _is_dead(lsp):
            system, rest = id_[:14], id_[15:]
            found.setdefault((system, int(rest[:2], 16)), {})[int(rest[3:], 16)] = lsp
    return {
        vertex: [parts[n] for n in sorted(parts)] for vertex, parts in found.items() if 0 in parts
    }


def _age_of(lsp: dict) -> tuple[int, bool]:
    return int(lsp["seqNumber"], 16), _is_dead(lsp)


def _is_dead(lsp: dict) -> bool:
    life = str(lsp["holdtime"])
    return life == "0" or life.startswith("(") or int(lsp["seqNumber"], 16) == 0


def spf(lsps: list[dict], topology: str, root: str) -> dict[str, int]:
    """The metric from a router to every other that it reaches."""
    vertices = held(lsps)
    lists = {vertex: _neighbours(vertex, parts, topology) for vertex, parts in vertices.items()}
    known = {vertex: {far for far, _ in rows} for vertex, rows in lists.items()}
    distance: dict[Vertex, int] = {}
    queue: list[tuple[int, Vertex]] = [(0, (root, 0))] if (root, 0) in vertices else []
    while queue:
        metric, vertex = heapq.heappop(queue)
        if vertex in distance:
            continue
        distance[vertex] = metric
        if vertex != (root, 0) and not vertex[1] and _overloaded(vertices[vertex][0], topology):
            continue
        for far, cost in lists[vertex]:
            if far in vertices and vertex in known[far] and cost < MAX_METRIC:
                heapq.heappush(queue, (metric + cost, far))
    return {system: metric for (system, circuit), metric in distance.items() if not circuit}


def _neighbours(vertex: Vertex, parts: list[dict], topology: str) -> list[tuple[Vertex, int]]:
    """A pseudonode is of all topologies, and says so in the standard one (RFC 5120 §3.2)."""
    wanted = STANDARD if vertex[1] else topology
    rows = [
        row for part in parts for row in part["extReach"] if row.get("mtName", STANDARD) == wanted
    ]
    return [((row["id"][:14], int(row["id"][15:], 16)), row["metric"]) for row in rows]


def _overloaded(first: dict, topology: str) -> bool:
    for row in first.get("mt", ()) if topology != STANDARD else ():
        if row["mtName"] == topology:
            return row["overloadBit"]
    return first["attPOl"].endswith("/1")
