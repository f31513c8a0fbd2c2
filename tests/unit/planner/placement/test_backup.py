"""Which backup site is best: disjoint before near, and the nearest of those by disjoint lists.

::

    c --1-- x --1-- a        c --20-- b       c --10-- d
            x --1-- b
"""

from __future__ import annotations

import pytest

from netkit.errors import InputError
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.placement.sites import cities_of, sites_of
from netkit.model.placement.workload import BackupNeed, Obstacle, Placement, Regions, WorkloadClass
from netkit.model.planning.tier import PROFILES
from netkit.planner.placement.placer import Placer
from netkit.workflows.place import places

LINKS = {"c-x": 1, "x-a": 1, "x-b": 1, "c-b": 20, "c-d": 10}
NOBODY = Regions({}, {})


def place(*without: str, backup: BackupNeed = BackupNeed.NONE) -> Placement:
    """Where work from c may go, the nearest site first, without some of the links."""
    nodes = tuple(
        Node(name, Role.CLUSTER if name in "abd" else Role.CITY, index)
        for index, name in enumerate("cxabd", start=1)
    )
    links = tuple(
        Link(name, name[0], name[2], delay_us, delay_us, delay_us, delay_us)
        for name, delay_us in LINKS.items()
        if name not in without
    )
    topology = Topology("small", nodes, links)
    workload = WorkloadClass("work", ("any",), bound_us=30, backup=backup)
    placer = Placer(topology, sites_of(topology, NOBODY), PROFILES["2023"])
    return placer.place(cities_of(topology, NOBODY)[0], workload)


@pytest.mark.parametrize(
    ("without", "site", "delay_us", "disjoint"),
    [
        ((), "d", 10, True),
        (("c-d",), "b", 20, True),
        (("c-d", "c-b"), "b", 2, False),
    ],
)
def test_best_backup(without: tuple[str, ...], site: str, delay_us: int, disjoint: bool) -> None:
    first = place(*without).options[0]
    backup = first.backup
    assert first.site.name == "a"
    assert backup is not None
    assert (backup.site.name, backup.reach.delay_us) == (site, delay_us)
    assert backup.disjoint == disjoint


def test_a_class_that_wants_disjoint_lists_is_told_that_there_are_none() -> None:
    found = place("c-d", "c-b", backup=BackupNeed.DISJOINT)
    assert found.options == ()
    assert found.refusal is not None
    assert found.refusal.obstacle is Obstacle.BACKUP
    assert (found.refusal.site.name, found.refusal.backup) == ("a", BackupNeed.DISJOINT)
    assert place("c-d", "c-b", backup=BackupNeed.PLACE).options


def test_a_topology_without_clusters_needs_a_table_of_sites() -> None:
    alone = Topology("alone", (Node("a", Role.CITY, 1),), ())
    with pytest.raises(InputError, match="no sites: alone; expected a node with role: cluster"):
        places(alone)
