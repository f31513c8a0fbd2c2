"""Four routers of FRR in namespaces of their own: what they print and how they route, as files.

``python3 frr_lab.py OUT`` needs root, FRR and iproute2, and nothing else: it also runs inside
another root tree. It writes to OUT the database as JSON and as text, the routes of every router,
and the version; then it ends what it started.

r1 and r2 have two links, r3 is overloaded, r2, r3 and r4 share a LAN.
"""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

DAEMONS = Path("/usr/lib/frr")
ROUTERS = ("r1", "r2", "r3", "r4")
OVERLOADED = "r3"
PASSIVE_METRIC = 10


@dataclass(frozen=True)
class Port:
    """One end of a link: what its router is told to advertise of it."""

    router: str
    name: str
    address: str
    metric: int
    delay_us: int
    spread_us: int
    loss_percent: float = 0.0
    variation_us: int = 0
    admin_group: int = 0
    bytes_per_second: float = 0.0
    te_metric: int = 0
    lan: bool = False


def _link(number: int, a: str, b: str, metrics: tuple[int, int], delay_us: int, **more):
    return tuple(
        Port(
            router, f"ge{number}", f"10.1.{number}.{place}", metric, delay_us + place, 10,
            **more,
        )
        for place, (router, metric) in enumerate(zip((a, b), metrics, strict=True), start=1)
    )  # fmt: skip


LINKS = (
    _link(1, "r1", "r2", (10, 12), 1000, admin_group=5, te_metric=77, bytes_per_second=1.25e9),
    _link(2, "r1", "r2", (30, 31), 5000, loss_percent=0.3, variation_us=40),
    _link(3, "r1", "r3", (5, 5), 700),
    _link(4, "r3", "r4", (5, 6), 800),
)
LAN = tuple(
    Port(router, "ge9", f"10.1.9.{router[1]}", metric, 300, 20, lan=True)
    for router, metric in (("r2", 20), ("r3", 21), ("r4", 22))
)
PORTS = (*(port for link in LINKS for port in link), *LAN)


def ipv6_of(port: Port) -> str:
    """Of ``10.1.3.2`` it is ``fd01:3::2``."""
    _, _, link, host = port.address.split(".")
    return f"fd01:{link}::{host}"


def version() -> str:
    """Such as 8.4.4."""
    shown = subprocess.run([DAEMONS / "isisd", "--version"], capture_output=True, text=True)
    return shown.stdout.split()[2]


class Lab:
    """The namespaces and daemons; everything that is made here is named after this process."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.tag = f"nk{os.getpid()}"
        self.base = Path("/tmp") / self.tag
        self.newer = tuple(map(int, version().split(".")[:2])) >= (10, 0)
        self.started: list[subprocess.Popen[bytes]] = []

    def run(self) -> None:
        """Boot, wait for routes, record."""
        try:
            self._wire()
            self._start()
            self._link_params()
            self._wait()
            self._record()
        finally:
            self._end()

    def _namespace(self, name: str) -> str:
        return f"{self.tag}{name}"

    def _ip(self, *words: str) -> None:
        subprocess.run(["ip", *words], check=True)

    def _wire(self) -> None:
        for name in (*ROUTERS, "lan"):
            self._ip("netns", "add", self._namespace(name))
            self._ip("-n", self._namespace(name), "link", "set", "lo", "up")
        lan = self._namespace("lan")
        self._ip("-n", lan, "link", "add", "br0", "type", "bridge")
        self._ip("-n", lan, "link", "set", "br0", "up")
        for a, b in LINKS:
            self._cable(a.router, a.name, b.router, b.name)
        for port in LAN:
            self._cable(port.router, port.name, "lan", port.router)
            self._ip("-n", lan, "link", "set", port.router, "master", "br0")
        for number, router in enumerate(ROUTERS, start=1):
            space = self._namespace(router)
            for key in (
                "ipv6.conf.all.forwarding",
                "ipv4.ip_forward",
                "ipv6.conf.all.seg6_enabled",
            ):
                path = "/proc/sys/net/" + key.replace(".", "/")
                command = f"[ ! -e {path} ] || echo 1 > {path}"
                subprocess.run(["ip", "netns", "exec", space, "sh", "-c", command], check=True)
            self._ip("-n", space, "addr", "add", f"fd00:{number}::1/128", "dev", "lo")
            self._ip("-n", space, "addr", "add", f"10.255.0.{number}/32", "dev", "lo")
            self._ip("-n", space, "link", "add", "sr0", "type", "bridge")
            self._ip("-n", space, "link", "set", "sr0", "up")
        for port in PORTS:
            length = 24 if port.lan else 30
            space = self._namespace(port.router)
            self._ip("-n", space, "addr", "add", f"{port.address}/{length}", "dev", port.name)
            self._ip("-n", space, "-6", "addr", "add", f"{ipv6_of(port)}/64", "dev", port.name,
                     "nodad")  # fmt: skip

    def _cable(self, a: str, port_a: str, b: str, port_b: str) -> None:
        here, there = self._namespace(a), self._namespace(b)
        self._ip("link", "add", port_a, "netns", here, "type", "veth", "peer", "name", port_b,
                 "netns", there)  # fmt: skip
        self._ip("-n", here, "link", "set", port_a, "up")
        self._ip("-n", there, "link", "set", port_b, "up")

    def _start(self) -> None:
        Path("/run/frr").mkdir(exist_ok=True)
        shutil.chown("/run/frr", "frr", "frr")
        for number, router in enumerate(ROUTERS, start=1):
            home = self.base / router
            home.mkdir(parents=True)
            (home / "zebra.conf").write_text(self._zebra(number, router))
            (home / "isisd.conf").write_text(self._isisd(number, router))
            (home / "mgmtd.conf").write_text(f"hostname {router}\n")
            for path in (self.base, home, *home.iterdir()):
                shutil.chown(path, "frr", "frr")
            for daemon in (*(("mgmtd",) if self.newer else ()), "zebra", "isisd"):
                command = [
                    "ip", "netns", "exec", self._namespace(router), str(DAEMONS / daemon),
                    "-N", self.tag + router, "--vty_socket", str(home),
                    "-i", f"{home}/{daemon}.pid", "-z", f"{home}/zserv.api",
                    "-u", "frr", "-g", "frr",
                    "--log", f"file:{home}/{daemon}.log",
                ]  # fmt: skip
                if daemon != "mgmtd":
                    command += ["-f", f"{home}/{daemon}.conf"]
                quiet = subprocess.DEVNULL
                self.started.append(subprocess.Popen(command, stdout=quiet, stderr=quiet))
                self._until(lambda at=home / f"{daemon}.vty": at.exists(), 20, f"{daemon} {router}")

    def _zebra(self, number: int, router: str) -> str:
        if not self.newer:
            return f"hostname {router}\n"
        return (
            f"hostname {router}\nsegment-routing\n srv6\n  locators\n   locator MAIN\n"
            f"    prefix fcbb:bb00:{number}::/48 block-len 32 node-len 16 func-bits 16\n"
            "    behavior usid\n   exit\n  exit\n exit\nexit\n"
        )

    def _isisd(self, number: int, router: str) -> str:
        lines = [
            f"hostname {router}", "router isis 1", " is-type level-2-only", " lsp-gen-interval 1",
            " spf-interval 1", f" net 49.0001.0000.0000.{number:04d}.00", " metric-style wide",
            " mpls-te on", f" mpls-te router-address 10.255.0.{number}",
        ]  # fmt: skip
        lines += [" set-overload-bit"] if router == OVERLOADED else []
        if self.newer:
            lines += [" segment-routing srv6", "  locator MAIN", "  interface sr0", " exit"]
        lines.append("exit")
        for port in (one for one in PORTS if one.router == router):
            lines += [f"interface {port.name}", " ip router isis 1", " ipv6 router isis 1"]
            lines += [] if port.lan else [" isis network point-to-point"]
            lines += [f" isis metric {port.metric}", " isis hello-interval 1", "exit"]
        lines += [
            "interface lo",
            " ip router isis 1",
            " ipv6 router isis 1",
            " isis passive",
            "exit",
        ]
        return "\n".join(lines) + "\n"

    def _link_params(self) -> None:
        """From a file they are lost; by hand they stay."""
        for router in ROUTERS:
            lines = []
            for port in (one for one in PORTS if one.router == router):
                low, high = port.delay_us - port.spread_us, port.delay_us + port.spread_us
                lines += [f"interface {port.name}", " link-params"]
                lines += [f"  delay {port.delay_us} min {low} max {high}"]
                lines += [f"  delay-variation {port.variation_us}"] if port.variation_us else []
                lines += [f"  packet-loss {port.loss_percent}"] if port.loss_percent else []
                lines += [f"  admin-grp {port.admin_group:#x}"] if port.admin_group else []
                lines += [f"  metric {port.te_metric}"] if port.te_metric else []
                lines += [f"  max-bw {port.bytes_per_second}"] if port.bytes_per_second else []
                lines += [" exit-link-params", "exit"]
            path = self.base / router / "link-params.conf"
            path.write_text("\n".join(lines) + "\n")
            self._vtysh(router, "-f", str(path))

    def _vtysh(self, router: str, *words: str) -> str:
        home = str(self.base / router)
        command = ["ip", "netns", "exec", self._namespace(router), "vtysh", "--vty_socket", home]
        return subprocess.run([*command, *words], capture_output=True, text=True).stdout

    def _until(self, there, seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while not there():
            if time.monotonic() > end:
                raise SystemExit(f"frr_lab: no {what} after {seconds} s")
            time.sleep(0.2)

    def _wait(self) -> None:
        """Until every router routes to every other, and all that was set is in the database."""

        def routed() -> bool:
            for router in ROUTERS:
                known = json.loads(self._vtysh(router, "-c", "show ipv6 route isis json") or "{}")
                others = {f"fd00:{n}::1/128" for n, one in enumerate(ROUTERS, 1) if one != router}
                if not others <= known.keys():
                    return False
            text = self._vtysh("r1", "-c", "show isis database detail")
            delays = text.count("Min/Max Link Delay")
            sids = not self.newer or text.count("End.X SID") >= len(PORTS)
            lan = text.count(".00 (Metric: 0)") >= len(LAN)
            return delays >= len(PORTS) and sids and lan

        self._until(routed, 90, "routes or link parameters")

    def _record(self) -> None:
        self.out.mkdir(parents=True, exist_ok=True)
        show = "show isis database detail"
        (self.out / "database.json").write_text(self._vtysh("r1", "-c", f"{show} json"))
        (self.out / "database.txt").write_text(self._vtysh("r1", "-c", show))
        (self.out / "version").write_text(version())
        for router in ROUTERS:
            for name, command in (
                ("isis-route.txt", "show isis route"), ("ipv6.json", "show ipv6 route isis json"),
                ("ipv4.json", "show ip route isis json"),
            ):  # fmt: skip
                (self.out / f"{router}-{name}").write_text(self._vtysh(router, "-c", command))

    def _end(self) -> None:
        for process in self.started:
            process.terminate()
        for process in self.started:
            process.wait(10)
        for name in (*ROUTERS, "lan"):
            subprocess.run(["ip", "netns", "del", self._namespace(name)], stderr=subprocess.DEVNULL)
        shutil.rmtree(self.base, ignore_errors=True)


if __name__ == "__main__":
    assert ipaddress.ip_address(ipv6_of(PORTS[0]))
    Lab(Path(sys.argv[1])).run()
