"""A database larger than any carrier's: 20,000 routers, 200,000 adjacencies, as FRR prints them."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, TextIO

ROUTERS, LINKS = 20_000, 100_000
_BANDWIDTH = "1.25e+09"
_STRUCTURE = {"locBlockLen": 32, "locNodeLen": 16, "funcLen": 16, "argLen": 0}

Row = dict[str, object]


def run() -> list[Row]:
    """Write it, and read it in a process of its own; beside it what Python's json takes for it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "database.json"
        with path.open("w", encoding="utf-8") as out:
            write(out)
        what = f"{ROUTERS} routers, {2 * LINKS} adjacencies, {path.stat().st_size >> 20} MiB"
        netkit = Path(sys.executable).with_name("netkit")
        command = [str(netkit), "topo", "check", str(path)]
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        took_s = time.perf_counter() - begun
        peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        begun = time.perf_counter()
        with path.open(encoding="utf-8") as stream:
            json.load(stream)
        json_s = time.perf_counter() - begun
    return [
        {
            "what": f"topo check of {what}", "seconds": round(took_s, 1), "peak_mib": peak_mib,
            "json_alone_seconds": round(json_s, 1),
        }
    ]  # fmt: skip


def write(out: TextIO) -> None:
    """The database as FRR 10.3 prints it; the same every time."""
    reaches: list[list[Row]] = [[] for _ in range(ROUTERS)]
    rng = random.Random(1)
    for number in range(LINKS):
        # A tree first, so that all is one piece.
        a = number + 1 if number + 1 < ROUTERS else rng.randrange(ROUTERS)
        b = rng.randrange(max(0, a - 50), a) if number + 1 < ROUTERS else rng.randrange(ROUTERS)
        metric, least = rng.randint(1, 99), rng.randint(100, 9000)
        for here, there, near, far in ((a, b, 1, 2), (b, a, 2, 1)):
            place = len(reaches[here])
            reaches[here].append(_reach(here, there, place, number, (near, far), metric, least))
    out.write('{"areas": [{"area": {"name": "1"}, "levels": [{"id": 2, "lsps": [\n')
    for number, own in enumerate(reaches):
        out.write(json.dumps(_lsp(number, own), indent=2))
        out.write(",\n" if number + 1 < ROUTERS else "\n")
    out.write(f'], "count": {ROUTERS}}}]}}]}}\n')


def _system(number: int) -> str:
    return f"0000.{number // 1000:04x}.{number % 1000:04x}"


def _reach(
    here: int, there: int, place: int, link: int, ends: tuple[int, int], metric: int, least: int
) -> Row:
    prefix = f"2001:db8:{link >> 16:x}:{link & 0xFFFF:x}::"
    sid: dict[str, Any] = {
        "sid": f"fcbb:bb00:{here + 1:x}:{0xE000 + place:x}::", "algorithm": "SPF", "weight": 0,
        "behavior": "uA", "flagB": False, "flagS": False, "flagP": False,
        "srv6SidStructure": _STRUCTURE,
    }  # fmt: skip
    return {
        "mtId": "Extended", "id": f"{_system(there)}.00", "metric": metric,
        "localIfaceIpv6": f"{prefix}{ends[0]}", "remoteIfaceIpv6": f"{prefix}{ends[1]}",
        "maxBandwithBytesSec": _BANDWIDTH, "maxResBandwithBytesSec": _BANDWIDTH,
        "unrsvBandwithBytesSec": {str(number): _BANDWIDTH for number in range(8)},
        "teMetric": metric, "avgDelay": {"delay": "Normal", "microSec": least + 5},
        "maxMinDelay": {"delay": "Normal", "microSec": f"{least} / {least + 10}"},
        "delayVariationMicroSec": 3, "srv6EndXSID": [sid],
    }  # fmt: skip


def _lsp(number: int, reaches: list[Row]) -> Row:
    locator = f"fcbb:bb00:{number + 1:x}::"
    end = {"endpointBehavior": "uN", "sidValue": locator}
    return {
        "lsp": {"id": f"r{number}.00-00", "own": " "}, "pduLen": 1400, "seqNumber": "0x00000005",
        "chksum": f"0x{number & 0xFFFF:04x}", "holdtime": 1100, "attPOl": "0/0/0",
        "supportedProtocols": {"0": "IPv4", "1": "IPv6"}, "areaAddr": "49.0001",
        "hostname": f"r{number}", "extReach": reaches,
        "srv6Locator": {
            "mtId": 0, "prefix": f"{locator}/48", "metric": 0, "flagD": False, "algorithm": 0,
            "MTName": "standard", "subtlvs": {"srv6EndSid": end},
        },
    }  # fmt: skip


if __name__ == "__main__":
    for row in run():
        print(row)
