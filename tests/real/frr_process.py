"""FRR 10.3 of Debian 13 in a tree of its own, as a router to apply to."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trees import HERE, INSIDE, tree_of

from netkit.apply.frr.vtysh import Vtysh
from netkit.apply.frr.world import FrrWorld
from netkit.apply.linux.kernel import Kernel
from netkit.apply.namespace import inside
from netkit.lab.igp.frr import release


@contextmanager
def running_frr() -> Iterator[int]:
    """The process id of one whose namespaces the daemons are in; they end with this."""
    tree = tree_of("trixie")
    folder = tree / INSIDE
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("frr_files.py", "frr_router.py"):
        shutil.copy(HERE / name, folder)
    command = release.root_tree("enter", str(tree), "python3")
    with subprocess.Popen(
        [*command, f"/{INSIDE}/frr_router.py", f"/{INSIDE}/out"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout.readline() == "ready\n"
            yield child_of(process.pid)
        finally:
            process.stdin.close()
            process.wait(300)


def child_of(pid: int) -> int:
    """The process that ``unshare --fork`` has started."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def vtysh_words(pid: int) -> list[str]:
    """What runs the vtysh of the daemons that are in the namespaces of that process."""
    return ["nsenter", "--target", str(pid), "--mount", "--net", "--pid", "--root", "vtysh"]


@dataclass
class Router:
    """FRR: the namespace that it routes in, and how its vtysh is run."""

    netns: str
    vtysh: Vtysh
    words: str

    @classmethod
    def of(cls, netns: str, pid: int) -> Router:
        """The one whose daemons are in the namespaces of that process."""
        words = vtysh_words(pid)
        return cls(netns, Vtysh(words), " ".join(words))

    def own(self):
        """netkit's statements, by key."""
        with inside(self.netns), Kernel() as kernel:
            return {one.key: one for one in FrrWorld(self.vtysh, kernel).statements().own}

    def kernel(self) -> dict[str, object]:
        """What the kernel does to packets of each prefix."""
        with inside(self.netns), Kernel() as kernel:
            return {
                str(route.prefix): route.encap
                for _, route in kernel.routes()
                if route.encap is not None and route.table == 254
            }

    def others(self, stated: Sequence[str]) -> list[str]:
        """Of these lines those that FRR shows and that are not netkit's."""
        own = {one.words for one in self.own().values()}
        lines = [line.strip() for line in self.vtysh.running().splitlines()]
        return [line for line in lines if line in {one.strip() for one in stated} - own]
