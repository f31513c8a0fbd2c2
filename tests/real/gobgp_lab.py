"""GoBGP fed with BGP-LS over a session, and the table that it prints of it.

``python3 gobgp_lab.py OUT`` needs gobgpd and gobgp, and no other network than loopback.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from bgp_ls import (
    Speaker,
    link_attribute,
    link_nlri,
    node_attribute,
    node_nlri,
    sid_attribute,
    srv6_sid_nlri,
)

ASN = 65000
ROUTERS = [f"0000.0000.000{n}" for n in (1, 2, 3, 4)]
LAN = "0000.0000.0002-07"
INSTANCE, OTHERS = 7, ("0000.0000.0001", "0000.0000.0009")
PORT, API = 1790, "127.0.0.1:50051"

CONFIG = f"""
[global.config]
as = {ASN}
router-id = "192.0.2.1"
port = {PORT}
local-address-list = ["127.0.0.1"]
[[neighbors]]
[neighbors.config]
neighbor-address = "127.0.0.1"
peer-as = {ASN}
[neighbors.transport.config]
passive-mode = true
[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "ls"
"""


def routes() -> list[tuple[bytes, bytes]]:
    """Four routers: parallel links, one by link ids and one by IPv6, a LAN, SIDs."""
    found = [
        (node_nlri(ASN, router), node_attribute(f"r{n}", overload=n == 3, router_id=f"192.0.2.{n}"))
        for n, router in enumerate(ROUTERS, start=1)
    ]
    te = {"te_metric": 77, "groups": 5, "bandwidth": 1.25e9, "srlgs": (7, 9), "variation": 31}
    for a, b, number, metric in ((1, 2, 1, 10), (1, 2, 2, 20), (2, 3, 3, 10)):
        for near, far, ends in ((a, b, (1, 2)), (b, a, (2, 1))):
            pair = [f"10.0.{number}.{end}" for end in ends]
            nlri = link_nlri(ASN, ROUTERS[near - 1], ROUTERS[far - 1], ipv4=pair)
            sid = f"fcbb:bb00:{near}:e00{number}::"
            state = link_attribute(metric, delay=950, least_most=(900, 999), end_x=sid, **te)
            found.append((nlri, state))
    for near, far, ids, metric in ((1, 4, (5, 6), 0xFFFFFF), (4, 1, (6, 5), 30)):
        nlri = link_nlri(ASN, ROUTERS[near - 1], ROUTERS[far - 1], ids=ids)
        found.append((nlri, link_attribute(metric, delay=4000)))
    for near, far, ends in ((3, 4, (1, 2)), (4, 3, (2, 1))):
        pair = [f"2001:db8:34::{end}" for end in ends]
        nlri = link_nlri(ASN, ROUTERS[near - 1], ROUTERS[far - 1], ipv6=pair)
        found.append((nlri, link_attribute(12, delay=100)))
    found.append((node_nlri(ASN, LAN), node_attribute("")))
    for n in (2, 4):
        nlri = link_nlri(ASN, ROUTERS[n - 1], LAN, ipv4=(f"10.9.0.{n}", "0.0.0.0"))
        found.append((nlri, link_attribute(15, delay=200)))
        found.append((link_nlri(ASN, LAN, ROUTERS[n - 1]), link_attribute(0)))
    for n, router in enumerate(ROUTERS, start=1):
        found.append((srv6_sid_nlri(ASN, router, f"fcbb:bb00:{n}::"), sid_attribute()))
    return found + _other_instance()


def _other_instance() -> list[tuple[bytes, bytes]]:
    """Two routers of another network, one of which has the id of a router of the first."""
    found = [(node_nlri(ASN, one, identifier=INSTANCE), node_attribute("")) for one in OTHERS]
    for near, far, ends in ((0, 1, (1, 2)), (1, 0, (2, 1))):
        pair = [f"10.7.0.{end}" for end in ends]
        nlri = link_nlri(ASN, OTHERS[near], OTHERS[far], ipv4=pair, identifier=INSTANCE)
        found.append((nlri, link_attribute(70 + near)))
    return found


def main(out: Path) -> None:
    """Start the daemon, speak to it, write what it prints."""
    out.mkdir(parents=True)
    config = out / "gobgpd.toml"
    config.write_text(CONFIG)
    shown = ["gobgp", "global", "rib", "-a", "ls", "-j"]
    with (out / "log").open("w") as log:
        daemon = subprocess.Popen(
            ["gobgpd", "-f", str(config), "--api-hosts", API], stdout=log, stderr=log
        )
        speaker = None
        try:
            until(lambda: subprocess.run(shown, capture_output=True).returncode == 0)
            speaker = Speaker("127.0.0.1", ASN, routes(), PORT)
            speaker.start()
            count = len(routes()) - len(ROUTERS)  # 3.10 knows no SRv6 SIDs
            until(lambda: table(shown).count('"nlri"') >= count)
            (out / "table.json").write_text(table(shown))
        finally:
            if speaker is not None:
                speaker.stop()
            daemon.terminate()
            daemon.wait(10)
    version = subprocess.run(["gobgpd", "--version"], capture_output=True, text=True).stdout
    (out / "version").write_text(version.split()[-1])


def table(command: list[str]) -> str:
    """What is printed now."""
    return subprocess.run(command, capture_output=True, text=True).stdout


def until(there, seconds: float = 30) -> None:
    """Wait until it is so, and no longer than ``seconds``."""
    end = time.monotonic() + seconds
    while not there():
        if time.monotonic() > end:
            raise SystemExit("gobgp_lab: nothing came")
        time.sleep(0.2)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
