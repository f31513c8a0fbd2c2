"""Which labs there are, by the marks of their processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from netkit.errors import InputError, LabError
from netkit.lab.kernel.marks import Mark, MarkedProcess, marked_processes
from netkit.lab.running.door import address_of

_SOCKETS = Path("/proc/net/unix")
"""Every socket of this machine; abstract ones begin with ``@`` (proc(5))."""


@dataclass(frozen=True, slots=True)
class FoundLab:
    """One lab: its owner, its number among the owner's, its name, its processes; whether it stays,
    as those of ``netkit lab up`` do once they are up, or is a campaign's or a program's."""

    mark: Mark
    number: int
    name: str
    processes: tuple[MarkedProcess, ...]
    stays: bool

    def process_of(self, node: str) -> int:
        """The shell of a node.

        Raises:
            InputError: there is no such node.
        """
        own = [process.pid for process in self.processes if process.node == node]
        if not own:
            nodes = sorted({p.node for p in self.processes if p.node is not None})
            raise InputError.single(
                "no such node in the lab", value=node, expected=", ".join(nodes)
            )
        return min(own)


def found_labs(processes: Iterable[MarkedProcess] | None = None) -> list[FoundLab]:
    """All labs of this machine whose owners run, in the order of their start."""
    by_lab: dict[tuple[Mark, int], list[MarkedProcess]] = {}
    for process in marked_processes() if processes is None else processes:
        if process.mark.alive:
            by_lab.setdefault((process.mark, process.lab), []).append(process)
    doors = set(_SOCKETS.read_text().split())
    labs = [
        FoundLab(mark, number, own[0].label, tuple(own), "@" + address_of(mark)[1:] in doors)
        for (mark, number), own in by_lab.items()
    ]
    return sorted(labs, key=lambda lab: (lab.mark.start_ticks, lab.mark.pid, lab.number))


def chosen_lab(labs: Iterable[FoundLab], wanted: str | None) -> FoundLab:
    """The lab of that name or owner's process id; without either, the only one that stays.

    Raises:
        LabError: there is none.
        InputError: several are meant.
    """
    every = list(labs)
    if wanted is None:
        every = named = [lab for lab in every if lab.stays]
    else:
        named = [lab for lab in every if wanted in (lab.name, str(lab.mark.pid))]
    if not every:
        raise LabError("no lab is up: netkit lab up FILE boots one")
    if len(named) == 1:
        return named[0]
    known = ", ".join(f"{lab.name} ({lab.mark.pid})" for lab in every)
    what = "several labs are up" if named else "no such lab is up"
    raise InputError.single(
        what, value=wanted, expected=f"one of {known}, by its name or process id"
    )
