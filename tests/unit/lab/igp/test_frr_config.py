"""What a topology says in FRR's words, and when IS-IS counts as converged."""

from dataclasses import replace

import pytest
from igp_islands import islands
from lab_topologies import chain, two_sides

from netkit.lab.blueprint import draw
from netkit.lab.igp.frr.config import (
    FrrOptions,
    hostname_of,
    interfaces,
    isisd_conf,
    link_params,
    not_carried,
    rounds,
    zebra_conf,
)
from netkit.lab.igp.frr.convergence import RouterState, components, lacking, lsps_of
from netkit.model.network.elements import Link
from netkit.model.network.topology import Topology

NEW, OLD = FrrOptions(srv6=True, loss=True), FrrOptions(srv6=False, loss=False)


def parallel(*metrics):
    """Two routers with so many links, of these metrics from a and from b."""
    nodes = chain(1).nodes
    links = tuple(Link(f"l{k}", "r0", "r1", 100, 100, ab, ba) for k, (ab, ba) in enumerate(metrics))
    return Topology("parallel", nodes, links)


def test_lsp_gen_interval_is_said_before_any_interface():
    text = isisd_conf(draw(chain(100), ()), "r0", NEW)
    assert text.index("lsp-gen-interval 1") < text.index("net 49.") < text.index("interface ge0")
    assert " isis metric 10\n" in text


def test_overload_topology_and_small_links_are_said():
    topology = chain(100)
    nodes = (replace(topology.nodes[0], overload=True), topology.nodes[1])
    links = (replace(topology.links[0], mtu_bytes=1400),)
    small = replace(topology, nodes=nodes, links=links)
    blueprint = draw(small, ())
    own = isisd_conf(blueprint, "r0", replace(NEW, multi_topology=True)).splitlines()
    assert {" set-overload-bit", " topology ipv6-unicast overload", " lsp-mtu 1397"} <= set(own)
    other = isisd_conf(blueprint, "r1", NEW)
    assert "overload" not in other
    assert "topology ipv6-unicast" not in other


def test_links_across_operators_take_no_part_and_each_operator_is_an_area():
    blueprint = draw(two_sides(), ())
    texts = {name: isisd_conf(blueprint, name, NEW) for name in blueprint.routers}
    assert "interface ge1" not in texts["w1"]
    areas = {name: text.partition("net 49.")[2][:4] for name, text in texts.items()}
    assert areas["w1"] == areas["w2"] != areas["e1"] == areas["e2"] != areas["x"]


def test_a_locator_only_where_the_version_can():
    blueprint = draw(chain(100), ())
    assert "prefix 5f00:0:1::/48" in zebra_conf(blueprint, "r0", NEW)
    assert zebra_conf(blueprint, "r0", OLD) == "hostname r0\n"
    assert "srv6" not in isisd_conf(blueprint, "r0", OLD)
    assert any("no SRv6" in one for one in not_carried(blueprint, OLD))
    assert not_carried(blueprint, NEW) == []


def test_link_params_state_all_that_is_known_and_nothing_else():
    topology = chain(100)
    link = replace(
        topology.links[0], jitter_ab_us=7, loss_ab_ppb=30_000, te_metric_ab=9, min_delay_ab_us=90,
        admin_groups=frozenset({"0", "5", "gold"}), capacity_bps=4 * 10**11,
    )  # fmt: skip
    blueprint = draw(replace(topology, links=(link,)), ())
    assert link_params(blueprint, "r0", 0) == [
        "interface ge0", "link-params", "delay 100 min 90 max 100", "delay-variation 7",
        "packet-loss 0.003000", "metric 9", "admin-grp 0x21", "max-bw 5e+10",
        "exit-link-params", "exit",
    ]  # fmt: skip
    plain = link_params(draw(topology, ()), "r0", 0)
    assert plain[2:-2] == ["delay 100 min 100 max 100"]
    assert any("gold" in one or "groups" in one for one in not_carried(blueprint, NEW))


@pytest.mark.parametrize(("bps", "slow"), [(10**6, True), (10**10, True), (25 * 10**9, False)])
def test_of_a_line_slower_than_its_port_nothing_is_reservable_until_its_maximum_is_set(bps, slow):
    """link_params_maxbw of zebra/interface.c refuses what is not over every other bandwidth."""
    link = replace(chain(100).links[0], capacity_bps=bps)
    blueprint = draw(replace(chain(100), links=(link,)), ())
    words = [line.split() for line in link_params(blueprint, "r0", 0) if "-bw" in line]
    reserved, most = dict.fromkeys(range(-1, 8), 10**10 / 8), None
    for name, *rest in words:
        value = float(rest[-1])
        if name == "max-bw":
            assert value > max(reserved.values())
            most = value
        else:
            reserved[int(rest[0]) if name == "unrsv-bw" else -1] = value
    assert most == pytest.approx(bps / 8, rel=1e-5)
    assert max(reserved.values()) <= most
    assert (len(words) > 1) is slow


def test_parallel_links_of_unequal_metrics_come_up_one_after_the_other():
    assert rounds(draw(parallel((10, 10), (10, 10)), ())) == {"l0": 0, "l1": 0}
    blueprint = draw(parallel((10, 10), (10, 20), (5, 5)), ())
    assert rounds(blueprint) == {"l0": 0, "l1": 1, "l2": 2}
    first, second = (interfaces(blueprint, "r1", NEW, number) for number in (0, 1))
    assert first[0] == "interface ge0"
    assert second[0] == "interface ge1"
    assert " isis metric 20" in second


def state(up, *lsps, routes=1):
    return RouterState(up, frozenset((lsp, "0x1", "0xa") for lsp in lsps), routes)


def test_converged_is_all_adjacencies_and_one_database_for_whoever_reaches_each_other():
    blueprint = draw(chain(100), ())
    whole = state(1, "r0.00-00", "r1.00-00")
    assert lacking(blueprint, {"r0": whole, "r1": whole}) == []
    assert lacking(blueprint, {"r0": state(0), "r1": whole}) == [
        "r0 has 0 of 1 adjacencies", "2 routers hold different databases",
    ]  # fmt: skip
    part = state(1, "r0.00-00")
    assert lacking(blueprint, {"r0": part, "r1": part}) == ["LSPs of 2 routers are not all there"]
    assert lacking(blueprint, {"r0": part, "r1": whole}, 1) == []
    alone = {name: RouterState(0, frozenset({(f"{name}.00-00", "1", "1")}), 0)
             for name in ("r0", "r1")}  # fmt: skip
    dark = {link.id for link in blueprint.topology.links}
    assert lacking(blueprint, alone, dark=dark) == []
    assert {len(group) for group in components(draw(two_sides(), ()))} == {1, 2}


def test_routers_whose_names_begin_alike_are_told_apart():
    """FRR prints the first 14 characters of a name."""
    blueprint = draw(chain(100), ())
    line = "shijiazhuang-d.00-00  {}   115   0x0000000{}  0x{}   1100    0/0/0\n"
    database = lsps_of(line.format("*", 3, "bdd3") + line.format(" ", 3, "a001"))
    whole = RouterState(1, database, 1)
    assert lacking(blueprint, {"r0": whole, "r1": whole}) == []
    more = line.replace("00-00", "00-01").format(" ", 3, "a001")
    part = RouterState(1, lsps_of(line.format("*", 3, "bdd3") + more), 1)
    assert lacking(blueprint, {"r0": part, "r1": part}) == ["LSPs of 2 routers are not all there"]


def test_random_islands_have_what_they_are_for():
    topology = islands(20, seed=13)
    assert len({node.operator for node in topology.nodes}) == 20
    assert any(node.overload for node in topology.nodes)
    assert max(rounds(draw(topology, ())).values()) >= 1


def test_no_two_routers_have_one_host_name():
    """FRR takes no name with a blank or of Chinese; what is made instead may be another's."""
    names = ("r2", "上海", "r3", "rr3", "南 京")
    nodes = tuple(
        replace(node, name=name) for node, name in zip(chain(*[1] * 4).nodes, names, strict=True)
    )
    topology = Topology("names", nodes, ())
    assert [node.sid_index for node in nodes] == [1, 2, 3, 4, 5]
    said = [hostname_of(topology, node) for node in nodes]
    assert said == ["r2", "rr2", "r3", "rr3", "r5"]
    assert zebra_conf(draw(topology, ()), "上海", OLD) == "hostname rr2\n"
