"""Becoming a command inside a node of a running lab."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NoReturn

from netkit.errors import LabError
from netkit.lab.igp.frr.daemons import ROLE, enter_command, first_inside
from netkit.lab.kernel.marks import INDEX, LABEL, NODE, VARIABLE
from netkit.lab.kernel.netns import Namespace, enter
from netkit.lab.running.finding import FoundLab

VTYSH = "vtysh"


def become(lab: FoundLab, node: str, command: Sequence[str], environment: Mapping[str, str]
           ) -> NoReturn:  # fmt: skip
    """Replace this process by ``command`` in the network namespace of ``node``.

    It carries the lab's mark, so that it ends with the lab. ``vtysh`` is that of the FRR which the
    lab runs, at the daemons of this router.

    Raises:
        LabError: there is no such command, or no FRR for ``vtysh``.
    """
    namespace = Namespace(lab.process_of(node), node)
    words = list(command)
    if words[0] == VTYSH:
        words = _at_daemons(lab, node, words)
    marks = {VARIABLE: f"{lab.mark}-{lab.number}", LABEL: lab.name, NODE: node}
    enter(namespace.fd, node)
    try:
        os.execvpe(words[0], words, {**environment, **marks})  # noqa: S606
    except OSError as error:
        raise LabError(f"{node}: {words[0]}: {error.strerror}") from error


def _at_daemons(lab: FoundLab, node: str, words: list[str]) -> list[str]:
    holders = (p.pid for p in lab.processes if ROLE in p.variables)
    inside = next((first_inside(pid) for pid in holders), None)
    if inside is None:
        raise LabError(f"{node} has no FRR: boot with netkit lab up --igp frr")
    index = next((p.variables.get(INDEX) for p in lab.processes if p.node == node), None)
    if index is None:
        raise LabError(f"{node} is no router, and FRR runs in routers")
    return [*enter_command(inside), VTYSH, "--vty_socket", f"/run/frr/r{index}", *words[1:]]
