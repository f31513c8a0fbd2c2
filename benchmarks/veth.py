"""Two network namespaces and one veth pair between them, for the length of a ``with`` block."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from waiting import reaches

ROOT = Path(__file__).parents[1]
_PRIORITY = "-15"
LEFT_ADDRESS, RIGHT_ADDRESS = "2001:db8:5::1", "2001:db8:5::2"


@dataclass(frozen=True, slots=True)
class Pair:
    """The names of the namespaces; the interface is ``nkb0`` in both."""

    left: str
    right: str
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def python(self, namespace: str, *words: str) -> subprocess.Popen[str]:
        """Start ``python -m words`` as :meth:`start` does."""
        return self.start(namespace, sys.executable, "-m", *words)

    def start(
        self,
        namespace: str,
        *command: str,
        quiet: bool = False,
        heard: bool = False,
        across: bool = False,
    ) -> subprocess.Popen[str]:
        """Start a program in a namespace, with its output as a pipe.

        ``quiet``: stderr goes nowhere; ``heard``: it is a pipe as well.

        Each namespace has a core of its own, which its programs get before those of others: as a
        session of their own, as the kernel shares out time by sessions first. ``across``: this one
        runs on the core of the other namespace.
        """
        cores = sorted(os.sched_getaffinity(0))
        core = cores[0] if (namespace == self.left) != across else cores[-1]
        process = subprocess.Popen(
            ["taskset", "-c", str(core), "ip", "netns", "exec", namespace, *command],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
            stderr=subprocess.PIPE if heard else subprocess.DEVNULL if quiet else None,
        )  # fmt: skip
        with suppress(FileNotFoundError):
            Path(f"/proc/{process.pid}/autogroup").write_text(_PRIORITY)
        os.setpriority(os.PRIO_PROCESS, process.pid, int(_PRIORITY))
        self.started.append(process)
        return process


@contextmanager
def veth_pair() -> Iterator[Pair]:
    """Neighbours are known beforehand, so the first packet is as quick as the others.

    However the block ends, with Ctrl-C and SIGTERM too, nothing is left running or standing.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    pair = Pair(f"nkbl{os.getpid()}", f"nkbr{os.getpid()}")
    made = []
    try:
        for name in (pair.left, pair.right):
            _ip("netns", "add", name)
            made.append(name)
        _ip(
            "link", "add", "nkb0", "netns", pair.left, "address", "02:00:00:00:00:01",
            "type", "veth", "peer", "nkb0", "netns", pair.right, "address", "02:00:00:00:00:02",
        )  # fmt: skip
        ends = (pair.left, LEFT_ADDRESS, RIGHT_ADDRESS, 2), (
            pair.right, RIGHT_ADDRESS, LEFT_ADDRESS, 1,
        )  # fmt: skip
        for name, own, other, number in ends:
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "address", "add", f"{own}/64", "dev", "nkb0", "nodad")
            _ip("-n", name, "link", "set", "nkb0", "up")
            _ip(
                "-n", name, "neighbour", "replace", other, "lladdr", f"02:00:00:00:00:0{number}",
                "dev", "nkb0", "nud", "permanent",
            )  # fmt: skip
        reaches(pair.left, RIGHT_ADDRESS)
        yield pair
    finally:
        for process in pair.started:
            process.kill()
            process.wait()
        for name in made:
            _ip("netns", "delete", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
