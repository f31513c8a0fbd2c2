"""One agent and many peers on a veth pair: cores, memory, truth; and smokeping_prober beside it.

Needs root. All peers are addresses of one reflector, which has the other core.
"""

from __future__ import annotations

import os
import subprocess

from benchmarks.stamp import measured_alone, reflector
from benchmarks.veth import RIGHT_ADDRESS, Pair, veth_pair

PREFIX = "2001:db8:6::"
SECONDS = 20
MOST = 1000

Row = dict[str, object]


def run() -> list[Row]:
    """All rows; without root only a word that there are none."""
    if os.geteuid() != 0:
        return [{"what": "one agent", "skipped": "makes network namespaces; needs root"}]
    with veth_pair() as pair:
        peers_behind(pair)
        return [
            many(pair, 1000, 100_000_000, "one agent, 1,000 peers, 10 probes a second each"),
            many(pair, 100, 1_000_000_000, "one agent, 100 peers, 1 a second"),
        ]


def peers_behind(pair: Pair) -> None:
    """So many addresses of the right end, behind its one on the link."""
    way = ("-6", "route", "add", f"{PREFIX}/64", "via", RIGHT_ADDRESS)
    subprocess.run(["ip", "-n", pair.left, *way], check=True)
    lines = [f"address add {PREFIX}{n:x}/128 dev lo nodad" for n in range(1, MOST + 1)]
    command = ["ip", "-n", pair.right, "-batch", "-"]
    subprocess.run(command, input="\n".join(lines), text=True, check=True)


def many(pair: Pair, peers: int, interval_ns: int, what: str) -> Row:
    """What an agent with so many peers has cost, and what its windows say."""
    with reflector(pair) as told:
        words = (PREFIX, str(peers), str(interval_ns), str(SECONDS))
        said = measured_alone(pair, "benchmarks.agent_run", *words)
    cores = round(told["cpu_s"] / SECONDS, 2)
    return {"what": what, **said, "reflector_cores": cores}
