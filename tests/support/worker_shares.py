"""What stays together on one worker of pytest-xdist: a file, whose fixtures are then made once, and
all of a folder whose tests come one after the other."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

ONE_AFTER_THE_OTHER = ("lab/drills", "lab", "netns/agents", "netns")
"""Folders whose tests make namespaces and then count what is left of them; those of drills and
of agents wait for minutes to end, beside the others."""


class WorkerShares(LoadScopeScheduling):
    """Shares go out in the order of the folders: those that mostly wait first, each to a worker of
    its own, then all else to the others. (``--dist loadgroup`` knows no groups under pytest 9.2,
    where a plugin no longer renames tests: all were dealt out one by one.)"""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((name for name in ONE_AFTER_THE_OTHER if f"tests/{name}/" in file), file)
