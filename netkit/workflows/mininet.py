"""From a topology file to what ``mn --custom`` boots: every two hosts get a planned SRv6 policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from netkit.errors import counted
from netkit.lab.check.requirements import require_lab
from netkit.lab.mininet_nodes import BackboneTopo
from netkit.language.chosen import in_english
from netkit.report.words.reasons import reason_text
from netkit.workflows.boot import lab_plant
from netkit.workflows.lab_backbone import Backbone, backbone_of

Tell = Callable[[str], object]
"""Takes a line for whoever watches Mininet start."""


def named_topologies(
    folder: Path, files: Mapping[str, tuple[str, str]], tell: Tell
) -> dict[str, Callable[..., BackboneTopo]]:
    """For Mininet's ``topos``: a function for each name, from (file, which routers get hosts).

    What follows the name, as in ``NAME,hosts=all,backend=wire,profile=2023``, overrides what is
    given here; a profile is one that ships, or a file. ``backbone,FILE`` takes any file.
    """
    named = {
        name: partial(backbone, folder / file, hosts=hosts, tell=tell)
        for name, (file, hosts) in files.items()
    }
    return {"backbone": partial(backbone, tell=tell), **named}


def backbone(
    file: Path | str,
    hosts: str = "clusters",
    backend: str = "auto",
    profile: str = "2023",
    igp: str = "static",
    *,
    tell: Tell,
) -> BackboneTopo:
    """A whole backbone with its IGP, and a planned SRv6 policy between each two hosts.

    Raises:
        InputError: the file or a word is wrong.
        PrivilegeError, LabError: this machine cannot run it.
    """
    require_lab()
    planned = backbone_of(file, hosts, str(profile))
    tell(f"*** Planned {counted(len(planned.plan.pairs), 'policy')}\n")
    for line in _unplanned(planned):
        tell(line)
    return BackboneTopo(lab_plant(planned, backend, igp))


def _unplanned(planned: Backbone) -> list[str]:
    return [
        f"*** No policy {pair.demand.src} -> {pair.demand.dst}"
        + ("\n" if pair.reason is None else f": {in_english(reason_text, pair.reason.evidence)}\n")
        for pair in planned.without_policy
    ]
