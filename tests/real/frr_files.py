"""Files of netkit in a real FRR: checked by vtysh, and one of them loaded and read back.

``python3 frr_files.py OUT`` needs root, FRR and iproute2, and nothing else: it runs inside another
root tree, in namespaces of its own. It checks every ``.conf`` of its folder with ``vtysh -C``. With
a ``live.conf`` there it runs the daemons, loads that file twice, then takes away what ``undo.conf``
says, and writes down after each what the kernel has and what FRR shows.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
DAEMONS = Path("/usr/lib/frr")
RUN = Path("/run/frr")
PORTS = ("ge0", "ge1")
SETTLED_S = 2.0
MOST_S = 60.0


def checked(path: Path) -> str:
    """What ``vtysh -C`` complains of in a file."""
    done = subprocess.run(["vtysh", "-C", "-f", path], capture_output=True, text=True)
    said = done.stdout + done.stderr
    return said.strip()


def run(*words: str) -> str:
    """What a command prints."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


class Router:
    """The daemons of one router, in this namespace, and what has come of its files."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Router:
        RUN.mkdir(exist_ok=True)
        shutil.chown(RUN, "frr", "frr")
        run("ip", "link", "add", "sr0", "type", "bridge")
        for number, port in enumerate(PORTS, start=1):
            run("ip", "link", "add", port, "type", "veth", "peer", "name", f"{port}-far")
            run("ip", "link", "set", f"{port}-far", "up")
            run("ip", "addr", "add", f"fd5f:0:0:{number}::7/64", "dev", port, "nodad")
        for name in ("sr0", *PORTS):
            run("ip", "link", "set", name, "up")
        for key in ("forwarding", "seg6_enabled"):
            Path(f"/proc/sys/net/ipv6/conf/all/{key}").write_text("1")
        quiet = subprocess.DEVNULL
        for name in ("mgmtd", "zebra", "staticd", "isisd"):
            command = [DAEMONS / name, "--log", f"file:{RUN}/{name}.log"]
            self.started.append(subprocess.Popen(command, stdout=quiet, stderr=quiet))
            self.until(lambda at=RUN / f"{name}.vty": at.exists(), name)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.started:
            process.terminate()
        for process in self.started:
            process.wait(10)

    def until(self, there, what: str) -> None:
        """Wait for something, but not for ever."""
        end = time.monotonic() + MOST_S
        while not there():
            if time.monotonic() > end:
                raise SystemExit(f"frr_files: no {what} after {MOST_S} s")
            time.sleep(0.1)

    def routes(self) -> list[dict]:
        """Routes of the kernel that FRR has put there."""
        found = []
        for family in ("-6", "-4"):
            found += json.loads(run("ip", family, "-j", "-d", "route", "show", "table", "all"))
        return [one for one in found if one.get("protocol") in ("static", "isis")]

    def settled(self) -> list[dict]:
        """The routes, when they have not changed for a while."""
        last, since = self.routes(), time.monotonic()
        end = since + MOST_S
        while time.monotonic() - since < SETTLED_S and time.monotonic() < end:
            time.sleep(0.2)
            now = self.routes()
            if now != last:
                last, since = now, time.monotonic()
        return last

    def load(self, name: str, step: str) -> None:
        """Load a file, wait, and write down what is there."""
        done = subprocess.run(["vtysh", "-f", HERE / name], capture_output=True, text=True)
        (self.out / f"{step}.said").write_text(done.stdout + done.stderr)
        assert done.returncode == 0, done.stdout + done.stderr
        (self.out / f"{step}.json").write_text(json.dumps(self.settled()))
        shown = run("vtysh", "-c", "show running-config")
        (self.out / f"{step}.conf").write_text(shown)


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True)
    complaints = {path.name: checked(path) for path in sorted(HERE.glob("*.conf"))}
    (out / "checked.json").write_text(json.dumps(complaints))
    if (HERE / "live.conf").exists():
        with Router(out) as router:
            router.load("live.conf", "first")
            router.load("live.conf", "again")
            router.load("undo.conf", "undone")
