"""The daemons of all routers, in one mount namespace of the lab's own.

The namespace is held by one process that carries the lab's mark. In it ``/run`` is empty memory,
where ``/run/frr/r7`` holds the files and sockets of the router with SID index 7; in it and its pid
namespace all daemons run. So when the holder ends, or this process, the kernel ends every daemon,
and no file is left anywhere.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile

from netkit.errors import LabError
from netkit.lab.igp.frr.release import DAEMONS, FrrRelease
from netkit.lab.igp.frr.vty import Vty
from netkit.lab.kernel.netns import Namespace

ROLE = "NETKIT_ROUTING"
"""In the environment of the holder, and of nothing else."""

_RUN = Path("run/frr")
_END_S = 20.0


class Daemons:
    """The holder, and what runs in its namespaces. Make one with :meth:`hold`."""

    def __init__(self, release: FrrRelease, holder: subprocess.Popen[bytes], inside: int) -> None:
        self.release = release
        self._holder = holder
        self._inside = inside

    @classmethod
    def hold(cls, release: FrrRelease, environment: Mapping[str, str]) -> Daemons:
        """Make the namespaces.

        Raises:
            LabError: they cannot be made.
        """
        script = "mkdir -p /run/frr && chown frr:frr /run/frr && echo held && exec cat"
        holder = subprocess.Popen(
            release.command("sh", "-c", script),
            env={**environment, ROLE: str(release.root)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        if holder.stdout is None or holder.stdout.readline() != b"held\n":
            holder.kill()
            said = b"" if holder.stderr is None else holder.stderr.read()
            holder.wait()
            raise LabError(f"no namespaces for FRR: {said.decode(errors='replace').strip()}")
        inside = first_inside(holder.pid)
        if inside is None:
            holder.kill()
            raise LabError("no namespaces for FRR: their first process is gone")
        return cls(release, holder, inside)

    def place(self, index: int) -> Path:
        """The folder of the router with this SID index, as seen from outside."""
        return place_of(self._inside, index)

    def start(self, index: int, namespace: Namespace, files: Mapping[str, str]) -> None:
        """Start a router's daemons with their files, by name of the daemon.

        Raises:
            LabError: one does not start, with what it says.
        """
        place = self.place(index)
        place.mkdir()
        for daemon, text in files.items():
            (place / f"{daemon}.conf").write_text(text)
        started = " && ".join(self._start_line(index, d, d in files) for d in self.release.daemons)
        command = [*enter_command(self._inside), "sh", "-c", f"chown -R frr:frr {self._run(index)} "
                   f"&& {started}"]  # fmt: skip
        # A file and no pipe: daemons keep what they are started with open.
        with namespace.entered(), TemporaryFile() as said:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False
            )
            said.seek(0)
            complaint = said.read().decode(errors="replace").strip()
        if done.returncode != 0:
            raise LabError(f"{namespace.label}: FRR does not start: {complaint}")

    def vty(self, index: int, daemon: str) -> Vty:
        """The terminal of a router's daemon."""
        return Vty(self.place(index) / f"{daemon}.vty")

    def stop(self) -> None:
        """End the holder, and so every daemon; the kernel reaps them before the holder's end."""
        if self._holder.stdin is not None:
            self._holder.stdin.close()
        try:
            self._holder.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._holder.kill()
            self._holder.wait()
        for pipe in (self._holder.stdout, self._holder.stderr):
            if pipe is not None:
                pipe.close()

    def _start_line(self, index: int, daemon: str, configured: bool) -> str:
        run = self._run(index)
        file = f" -f {run}/{daemon}.conf" if configured else ""
        return (
            f"/{DAEMONS}/{daemon} -d -N r{index} -u frr -g frr --log file:{run}/{daemon}.log{file}"
        )

    @staticmethod
    def _run(index: int) -> str:
        return f"/{_RUN}/r{index}"


def place_of(inside: int, index: int) -> Path:
    """The folder of a router in the namespaces of a process, as seen from outside."""
    return Path(f"/proc/{inside}/root") / _RUN / f"r{index}"


def first_inside(holder: int) -> int | None:
    """The process that holds the namespaces, the holder's only child; None if it is gone."""
    try:
        children = Path(f"/proc/{holder}/task/{holder}/children").read_text().split()
    except OSError:
        return None
    return int(children[0]) if children else None


def enter_command(inside: int) -> list[str]:
    """How to run a command beside the daemons, in the caller's network namespace."""
    quiet = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    environment = [f"{name}={value}" for name, value in quiet.items()]
    term = os.environ.get("TERM")
    environment += [] if term is None else [f"TERM={term}"]
    return ["nsenter", "-t", str(inside), "--mount", "--pid", "env", "-i", *environment]
