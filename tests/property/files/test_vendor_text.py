"""Random databases in the text of IOS XR, Junos and VRP: what is imported is what they hold."""

from dataclasses import replace

import pytest
import vendor_printer
from examples import examples
from lsdb import a_network, expected_links, expected_nodes, found_links, found_nodes

from netkit.files.importers.imported import Options
from netkit.files.importers.recognised import Format, format_of
from netkit.files.importers.vendor_text.reading import parsed, read_iosxr, read_junos, read_vrp

NETWORKS = examples(100, one_in=3)


def ends_of(network):
    return {id(end): end for router in network.routers for end in router.ends}.values()


def numbered(network):
    """Link ids at both ends, as routers of these vendors advertise them."""
    for number, (here, there) in enumerate(network.links, start=1):
        here.near_id = there.far_id = 10 * number + 1
        here.far_id = there.near_id = 10 * number + 2
    return network


def parallel(network):
    pairs = [frozenset((a.router.number, a.other.number)) for a, _ in network.links]
    on_lan = [one for lan in network.lans for one in lan.members]
    return len(set(pairs)) < len(pairs) or bool(on_lan and pairs)


def without_figures(network, *, sids):
    """No public sample shows these as Junos and VRP spell them."""
    for end in ends_of(network):
        end.least_us = end.most_us = end.variation_us = end.loss_units = end.te_metric = None
        end.average_us = 0
        end.bandwidth = end.groups = end.more_groups = None
        end.srlgs = ()
        end.sid = end.sid if sids else None
    return network


def undelayed(imported):
    assert not imported.topology.links
    return replace(imported.topology, links=imported.undelayed)


@pytest.mark.parametrize("by_name", [True, False], ids=["names", "ids"])
@pytest.mark.parametrize("mt", [True, False], ids=["mt", "single"])
def test_iosxr(mt, by_name):
    for seed in range(NETWORKS):
        network = numbered(a_network(seed))
        for end in ends_of(network):
            end.loss_units = None
        text = vendor_printer.as_iosxr(network, by_name=by_name, mt=mt)
        assert format_of(text) is Format.IOSXR
        imported = parsed(read_iosxr, text, "x.txt", Options())
        assert imported.undelayed == ()
        assert found_nodes(imported.topology) == expected_nodes(network)
        assert found_links(imported.topology) == expected_links(network)


@pytest.mark.parametrize("by_name", [True, False], ids=["names", "ids"])
def test_junos(by_name):
    for seed in range(NETWORKS):
        network = without_figures(numbered(a_network(seed)), sids=False)
        text = vendor_printer.as_junos(network, by_name=by_name)
        assert format_of(text) is Format.JUNOS
        topology = undelayed(parsed(read_junos, text, "x.txt", Options()))
        assert found_nodes(topology) == expected_nodes(network)
        assert found_links(topology) == expected_links(network)


@pytest.mark.parametrize("by_name", [True, False], ids=["names", "ids"])
@pytest.mark.parametrize("mt", [True, False], ids=["mt", "single"])
def test_vrp(mt, by_name):
    compared = 0
    for seed in range(3 * NETWORKS):
        network = without_figures(a_network(seed), sids=False)
        if parallel(network):
            continue  # Nothing of an adjacency but its metric is in any public sample.
        compared += 1
        text = vendor_printer.as_vrp(network, by_name=by_name, mt=mt)
        assert format_of(text) is Format.VRP
        topology = undelayed(parsed(read_vrp, text, "x.txt", Options()))
        assert found_nodes(topology) == expected_nodes(network)
        assert found_links(topology) == expected_links(network)
    assert compared >= NETWORKS / 2
