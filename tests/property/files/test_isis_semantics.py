"""Odd and legal databases of IS-IS: netkit routes over them as a router would."""

import json

import numpy as np
import pytest
from examples import examples
from isis_spf import IPV6, Odd, held, spf

from netkit.errors import InputError
from netkit.files.importers.frr_isis import parse_frr
from netkit.files.importers.imported import Options
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network

NETWORKS = examples(50, one_in=3)


def routed(text):
    """Metrics between routers, by system id, as the planner has them."""
    imported = parse_frr(text, "x.json", Options())
    assert imported.undelayed == ()
    topology = imported.topology
    assert parse_topology(dump_topology(topology), "y") == topology
    name = {key: topology.node[word].name for key, word in imported.node_of.items()}
    if not topology.links:
        return name, {key: {key: 0} for key in name}
    igp = Igp.of(Network.of(topology))
    index = igp.network.index
    return name, {
        src: {
            dst: int(igp.distance[index[name[src]], index[name[dst]]])
            for dst in name
            if np.isfinite(igp.distance[index[name[src]], index[name[dst]]])
        }
        for src in name
    }


@pytest.mark.parametrize("block", range(8))
def test_metrics_are_those_of_spf(block):
    for seed in range(block * NETWORKS, (block + 1) * NETWORKS):
        odd = Odd(seed)
        vertices = held(odd.lsps)
        routers = sorted(system for system, circuit in vertices if not circuit)
        if not routers:
            continue
        topology = odd.topology
        if topology == IPV6 and not mentions_ipv6(vertices):
            continue  # Nothing then says that there is such a topology.
        name, found = routed(odd.text())
        assert sorted(name) == routers, seed
        assert found == {root: spf(odd.lsps, topology, root) for root in routers}, seed
        assert all(word.startswith("r-") for word in name.values()), seed


def mentions_ipv6(vertices) -> bool:
    parts = [part for parts in vertices.values() for part in parts]
    return any(row.get("mtName") == IPV6 for part in parts for row in part["extReach"])


def by_names(odd):
    """The same, LSP ids by host names and in the order in which a router keeps them; no second
    copies, which such a printout has not."""
    odd.lsps.sort(key=lambda lsp: lsp["lsp"]["id"])
    for lsp in odd.lsps:
        id_ = lsp["lsp"]["id"]
        lsp["lsp"] = {"id": f"r-{id_[10:14]}{id_[14:]}"}
    return odd.text()


def refused(text) -> bool:
    """For want of what tells one router from another; for nothing else."""
    try:
        parse_frr(text, "x.json", Options())
    except InputError as error:
        if "nothing tells which system ids" in str(error):
            return True
        raise
    return False


def test_host_names_are_told_or_refused_and_never_taken_for_another():
    seeds, told = examples(200, one_in=3), 0
    for seed in range(seeds):
        odd, same = Odd(seed, aged=False), Odd(seed, aged=False)
        vertices = held(odd.lsps)
        routers = sorted(system for system, circuit in vertices if not circuit)
        if not routers or (odd.topology == IPV6 and not mentions_ipv6(vertices)):
            continue
        text = by_names(same)
        if refused(text):
            continue
        told += 1
        name, found = routed(text)
        called = {root: f"r-{root[-4:]}" for root in routers}
        assert {
            name[root]: {name[far]: metric for far, metric in row.items()}
            for root, row in found.items()
        } == {
            called[root]: {
                called[far]: metric for far, metric in spf(odd.lsps, odd.topology, root).items()
            }
            for root in routers
        }, seed
    assert told > seeds / 2


def test_order_of_lsps_changes_nothing():
    for seed in range(60):
        odd = Odd(seed)
        first = parse_frr(odd.text(), "x", Options()) if held(odd.lsps) else None
        odd.rng.shuffle(odd.lsps)
        for lsp in odd.lsps:
            odd.rng.shuffle(lsp["extReach"])
        if first is not None and first.topology.nodes:
            again = parse_frr(odd.text(), "x", Options())
            assert again.topology == first.topology, seed
            assert sorted(map(str, again.notes)) == sorted(map(str, first.notes)), seed


def test_the_generator_makes_every_odd_thing():
    """Or the test above would prove nothing of it."""
    text = "".join(json.dumps(Odd(seed).lsps) for seed in range(80))
    for word in (
        '"metric": 16777215', '"metric": 16777214', '"metric": 0', '"(12)"', '"0x00000000"',
        "-02", "ipv6-unicast", '/0/1"', '"1/0/', "linkLocalId", '"overloadBit": true', "unknownTlv",
        "old-", ".01-00", ".02-00",
    ):  # fmt: skip
        assert word in text, word
