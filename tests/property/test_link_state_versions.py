"""Random databases in the shape of every version: what is imported is what they were made of."""

import random
from dataclasses import replace

import frr_printer
import gobgp_printer
import pytest
from examples import examples
from lsdb import (
    a_network,
    expected_links,
    expected_nodes,
    found_links,
    found_nodes,
)

from netkit.files.importers.frr_isis import parse_frr
from netkit.files.importers.gobgp_ls import parse_gobgp
from netkit.files.importers.imported import Options

NETWORKS = examples(60, one_in=3)
"""Networks a version; all of them, with 14 ways of printing under two kinds of name, are well over
1,000."""


def without(network, *, srlgs=False, loss=False, more_groups=False):
    """What a version does not print is not expected either."""
    for ends in (*network.links, *((end,) for router in network.routers for end in router.ends)):
        for end in ends:
            end.srlgs = () if srlgs else end.srlgs
            end.loss_units = None if loss else end.loss_units
            end.more_groups = None if more_groups else end.more_groups
    return network


def assert_same(imported, network):
    assert imported.undelayed == ()
    assert found_nodes(imported.topology) == expected_nodes(network)
    assert found_links(imported.topology) == expected_links(network)


@pytest.mark.parametrize("by_name", [True, False], ids=["names", "ids"])
@pytest.mark.parametrize("version", frr_printer.JSON, ids=lambda version: version.name)
def test_json_of_frr(version, by_name):
    for seed in range(NETWORKS):
        network = without(a_network(seed), srlgs=not version.srlg)
        text = frr_printer.as_json(network, version, by_name=by_name)
        assert_same(parse_frr(text, "x.json", Options()), network)


@pytest.mark.parametrize("by_name", [True, False], ids=["names", "ids"])
@pytest.mark.parametrize("version", frr_printer.TEXT)
def test_text_of_frr(version, by_name):
    for seed in range(1000, 1000 + NETWORKS):
        network = without(a_network(seed), srlgs=version != "master")
        text = frr_printer.as_text(network, version, by_name=by_name)
        assert_same(parse_frr(text, "x.txt", Options()), network)


@pytest.mark.parametrize("version", gobgp_printer.VERSIONS, ids=lambda version: version.name)
def test_tables_of_gobgp(version):
    for seed in range(2000, 2000 + NETWORKS):
        network = without(a_network(seed, srv6=version.srv6), loss=True, more_groups=True)
        for router in network.routers:
            sids = [end.sid for end in router.ends if end.lan is None and end.sid is not None]
            if router.end is None and not sids:
                router.locator = None
        if not version.delays:
            continue
        imported = parse_gobgp(gobgp_printer.as_table(network, version), "x.json", Options())
        assert_same(imported, network)


@pytest.mark.parametrize("version", gobgp_printer.VERSIONS[:2], ids=lambda version: version.name)
def test_tables_of_gobgp_without_delays_keep_all_else(version):
    for seed in range(3000, 3000 + NETWORKS):
        network = without(a_network(seed, srv6=False), loss=True, more_groups=True)
        imported = parse_gobgp(gobgp_printer.as_table(network, version), "x.json", Options())
        assert not imported.topology.links
        topology = replace(imported.topology, links=imported.undelayed)
        for ends in network.links:
            for end in ends:
                end.least_us = end.most_us = end.variation_us = None
                end.average_us = 0
        for router in network.routers:
            for end in router.ends:
                end.least_us = end.most_us = end.variation_us = None
                end.average_us = 0
        assert found_nodes(topology) == expected_nodes(network)
        assert found_links(topology) == expected_links(network)


@pytest.mark.parametrize("seed", range(40))
def test_order_of_printing_changes_nothing(seed):
    network = a_network(seed)
    version = frr_printer.JSON[-1]
    first = parse_frr(frr_printer.as_json(network, version), "x.json", Options())
    rng = random.Random(seed)
    for router in network.routers:
        rng.shuffle(router.ends)
    for lan in network.lans:
        rng.shuffle(lan.members)
    again = parse_frr(frr_printer.as_json(network, version), "x.json", Options())
    assert first == again
