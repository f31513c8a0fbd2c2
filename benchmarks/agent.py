"""One agent and many peers on a veth pair: cores, memory, truth; and smokeping_prober beside it.

Needs root. All peers are addresses of one reflector, which has the other core.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from benchmarks.agent_both_ends import REFLECTOR, SENDER, compared
from benchmarks.stamp import measured_alone, reflector
from benchmarks.veth import RIGHT_ADDRESS, Pair, veth_pair

PREFIX = "2001:db8:6::"
SECONDS = 61
MOST = 1000
SMOKEPING = "prometheus-smokeping-prober"

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
            both_ends(pair, 1000, 100_000_000, "one agent answers 1,000 flows, 10 a second each"),
            both_ends(pair, 100, 1_000_000_000, "one agent answers 100 flows, 1 a second each"),
            *beside_smokeping(pair),
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
    packets = int(said["probes"])  # type: ignore[call-overload]
    said["cpu_us_a_probe"] = round(1e6 * float(said["cpu_s"]) / packets, 1)  # type: ignore[arg-type]
    return {"what": what, **said, "reflector_cores": round(told["cpu_s"] / SECONDS, 2)}


def both_ends(pair: Pair, flows: int, interval_ns: int, what: str) -> Row:
    """An agent at each end: what the one that only answers has cost, and what both say together."""
    with TemporaryDirectory() as folder:
        words = (str(flows), str(interval_ns))
        answers = ("benchmarks.agent_both_ends", REFLECTOR, *words, str(2 * SECONDS), folder)
        process = pair.python(pair.right, *answers)
        process.stdout.readline()  # type: ignore[union-attr]
        time.sleep(2)
        sends = ("benchmarks.agent_both_ends", SENDER, *words, str(SECONDS), folder)
        sender = pair.python(pair.left, *sends)
        probes = json.loads(sender.communicate(timeout=180)[0].splitlines()[-1])["probes"]
        time.sleep(6)  # until the last window is over at the other end
        process.terminate()
        told = json.loads(process.communicate(timeout=30)[0].splitlines()[-1])
        told["probes"] = probes
        return {"what": what, **told, **compared(folder)}


def beside_smokeping(pair: Pair) -> list[Row]:
    """1,000 targets, 1 a second, by each in turn: CPU time for each packet that was measured."""
    ours = many(pair, 1000, 1_000_000_000, "one agent, 1,000 peers, 1 a second")
    if shutil.which(SMOKEPING) is None:
        why = f"{SMOKEPING} is not installed (Debian package of that name)"
        return [ours, {"what": "the same by smokeping_prober", "skipped": why}]
    theirs = smokeping(pair)
    times = round(float(theirs["cpu_us_a_probe"]) / float(ours["cpu_us_a_probe"]), 1)  # type: ignore[arg-type]
    return [ours, theirs | {"times_netkit": times}]


def smokeping(pair: Pair) -> Row:
    """Echo requests to as many targets at the same rate; answered is what the kernel counts."""
    hosts = "".join(f"  - '{PREFIX}{n:x}'\n" for n in range(1, MOST + 1))
    with NamedTemporaryFile("w", suffix=".yml") as config:
        config.write(
            f"targets:\n- hosts:\n{hosts}  interval: 1s\n  network: ip6\n  protocol: icmp\n"
        )
        config.flush()
        return _smokeping(pair, config.name)


def _smokeping(pair: Pair, config: str) -> Row:
    command = [SMOKEPING, "--privileged", "--log.level=error", f"--config.file={config}"]
    process = pair.start(pair.left, *command, "--web.listen-address=[::1]:9374", quiet=True)
    time.sleep(SECONDS)
    cpu_s = _cpu_s(process.pid)
    process.terminate()
    process.communicate(timeout=10)
    answered = _answered(pair)
    return {
        "what": "the same by smokeping_prober: echo requests, round trips",
        "cpu_s": cpu_s,
        "cores": round(cpu_s / SECONDS, 3),
        "probes": answered,
        "cpu_us_a_probe": round(1e6 * cpu_s / max(answered, 1), 1),
    }


def _cpu_s(pid: int) -> float:
    """User and system time of a process that runs."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _answered(pair: Pair) -> int:
    """Echo replies that have come to the left namespace so far."""
    command = ["ip", "netns", "exec", pair.left, "cat", "/proc/net/snmp6"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    counts = dict(line.split() for line in done.stdout.splitlines())
    return int(counts["Icmp6InEchoReplies"])


if __name__ == "__main__":
    for row in run():
        print(row, flush=True)
