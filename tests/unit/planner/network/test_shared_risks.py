"""What a backup must not cross, where one risk is that of a great many links."""

import tracemalloc
from dataclasses import replace

from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.absent_lists import Disjointness
from netkit.model.planning.demand import Demand
from netkit.model.srv6.segment_list import Certificate
from netkit.planner.network.allowed_arcs import shared_risk
from netkit.planner.network.network import Network

LINKS, RISKS = Disjointness(nodes=False, srlgs=False), Disjointness(nodes=False)


def chain(nodes: int, **srlgs: range) -> Network:
    """A chain of links that are called by their number; ``srlgs`` say which share a risk."""
    names = [f"n{number:04}" for number in range(nodes)]
    links = tuple(
        replace(
            Link(f"{number}", names[number], names[number + 1], 1, 1, 10, 10),
            srlgs=frozenset(risk for risk, members in srlgs.items() if number in members),
        )
        for number in range(nodes - 1)
    )
    made = tuple(Node(name, Role.CITY, place) for place, name in enumerate(names, start=1))
    return Network.of(Topology("chain", made, links))


def crossed(network: Network, kind: Disjointness, *links: int) -> set[int]:
    """The links that are left out beside a primary over these."""
    keys = tuple((f"{one}", f"n{one:04}") for one in links)
    primary = Certificate(1, 1, 1, keys, ())
    found = shared_risk(network, primary, Demand("n0000", "n0001", 10), kind)
    shut = [arc for arc, out in zip(network.arcs, found, strict=True) if out]
    assert len(shut) == 2 * len({arc.link_id for arc in shut}), "a link fails both ways"
    return {int(arc.link_id) for arc in shut}


def test_what_shares_a_link_or_a_risk_is_left_out_and_nothing_else():
    network = chain(12, duct=range(2, 5), ship=range(4, 7))
    assert crossed(network, RISKS, 0) == {0}
    assert crossed(network, RISKS, 3) == {2, 3, 4}
    assert crossed(network, RISKS, 0, 4, 3) == {0, *range(2, 7)}
    assert crossed(network, LINKS, 0, 4) == {0, 4}


def test_a_risk_of_all_links_takes_no_memory_for_each_of_them():
    """All routers of one vendor, say: of 20,000 arcs a list for each would be gigabytes."""
    network = chain(1501, vendor=range(1500))
    tracemalloc.start()
    try:
        assert len(crossed(network, RISKS, 7)) == 1500
        assert tracemalloc.get_traced_memory()[1] < 12_000_000
    finally:
        tracemalloc.stop()
