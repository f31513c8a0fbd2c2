"""FRR as Debian has it, really run: what it prints is what was set, and it routes as planned."""

import json
from pathlib import Path

import frr_lab
import numpy as np
import pytest
from trees import RELEASES, recorded

from netkit.errors import InputError
from netkit.files.importers.formats import read_topology
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network


@pytest.fixture(scope="module", params=sorted(RELEASES))
def lab(request):
    out = recorded(request.param, "frr_lab.py")
    assert (out / "version").read_text().startswith(RELEASES[request.param][0])
    return request.param, out


def topologies(release: str, out: Path):
    """By all ways that the version prints its database whole."""
    found = [read_topology(out / "database.txt")]
    if release != "bookworm":
        found.append(read_topology(out / "database.json"))
    return found


def test_every_field_is_what_was_configured(lab):
    for topology in topologies(*lab):
        assert [node.name for node in topology.nodes] == list(frr_lab.ROUTERS)
        assert [n.name for n in topology.nodes if n.overload] == [frr_lab.OVERLOADED]
        arcs = sorted(
            (
                arc.src, arc.dst, arc.metric, arc.delay_us, arc.min_delay_us, arc.jitter_us,
                arc.loss_ppb, arc.te_metric, tuple(sorted(arc.admin_groups)),
            )
            for arc in topology.adjacencies
        )  # fmt: skip
        assert arcs == sorted(configured(lab[0]))
        wide = [link for link in topology.links if link.capacity_bps == 10_000_000_000]
        assert [link.id for link in wide] == ["r1~r2@10.1.1.1"]


def configured(release: str):
    """What :mod:`frr_lab` sets, as one direction each. FRR 8.4 takes a loss in percent for one in
    units of 0.000003 %, and so advertises none (``isis_te.c``)."""
    ppb = {"bookworm": 0}.get(release, 10_000_000)
    pairs = [(a, b) for link in frr_lab.LINKS for a, b in (link, link[::-1])]
    pairs += [(a, b) for a in frr_lab.LAN for b in frr_lab.LAN if a is not b]
    for here, there in pairs:
        groups = {str(bit) for bit in range(32) if here.admin_group >> bit & 1}
        yield (
            here.router, there.router, here.metric, here.delay_us + here.spread_us,
            here.delay_us - here.spread_us, here.variation_us or None,
            round(here.loss_percent * ppb) if here.loss_percent else None,
            here.te_metric or None,
            tuple(sorted(groups)),
        )  # fmt: skip


def test_srv6_where_the_version_has_it(lab):
    release, out = lab
    if release == "bookworm":
        for topology in topologies(release, out):
            assert topology.sids_advertised
            assert not any(node.locators or node.sids for node in topology.nodes)
            assert not any(arc.sids for arc in topology.adjacencies)
        return
    text, whole = topologies(release, out)
    assert text.links == whole.links
    assert text.nodes == whole.nodes
    for number, node in enumerate(whole.nodes, start=1):
        assert [str(one.prefix) for one in node.locators] == [f"fcbb:bb00:{number}::/48"]
        assert [str(one.sid) for one in node.sids] == [f"fcbb:bb00:{number}::"]
    sids = [str(one.sid) for arc in whole.adjacencies for one in arc.sids]
    assert len(set(sids)) == len(sids) == len(whole.adjacencies)
    locators = {node.name: node.locators[0].prefix for node in whole.nodes}
    assert all(one.sid in locators[arc.src] for arc in whole.adjacencies for one in arc.sids)


def test_json_before_10_1_is_refused(lab):
    release, out = lab
    if release == "bookworm":
        with pytest.raises(InputError, match="1 of 5 LSPs"):
            read_topology(out / "database.json")


def test_spf_is_that_of_the_routers(lab):
    """Metrics and next hops of every router to every other, in IPv4 and IPv6."""
    for topology in topologies(*lab):
        igp = Igp.of(Network.of(topology))
        for src in frr_lab.ROUTERS:
            for dst in frr_lab.ROUTERS:
                if src != dst:
                    wanted = routed(igp, src, dst)
                    number = dst[1:]
                    for file, prefix in (
                        ("ipv6.json", f"fd00:{number}::1/128"),
                        ("ipv4.json", f"10.255.0.{number}/32"),
                    ):
                        routes = json.loads((lab[1] / f"{src}-{file}").read_text())
                        (route,) = routes[prefix]
                        ports = {hop["interfaceName"] for hop in route["nexthops"]}
                        assert (route["metric"], ports) == wanted
                    assert shown(lab[1], src)[f"fd00:{number}::1/128"] == wanted
                    assert shown(lab[1], src)[f"10.255.0.{number}/32"] == wanted


def routed(igp: Igp, src: str, dst: str) -> tuple[int, set[str]]:
    """The metric to a loopback and the ports that lead there, as netkit plans on."""
    network = igp.network
    i, j = network.index[src], network.index[dst]
    assert np.isfinite(igp.distance[i, j])
    ports = {port_of(network.arcs[arc]) for arc in igp.next_arcs(i, j)}
    return int(igp.distance[i, j]) + frr_lab.PASSIVE_METRIC, ports


def port_of(arc) -> str:
    ends = {arc.src, arc.dst}
    links = [(ports[0].name, {port.router for port in ports}, ports) for ports in frr_lab.LINKS]
    names = [
        name
        for name, routers, ports in links
        if routers == ends and arc.metric in {p.metric for p in ports if p.router == arc.src}
    ]
    return names[0] if names else frr_lab.LAN[0].name


def shown(out: Path, router: str) -> dict[str, tuple[int, set[str]]]:
    """``show isis route``: a prefix, its metric, its ports; further next hops stand below."""
    found: dict[str, tuple[int, set[str]]] = {}
    prefix = ""
    for line in (out / f"{router}-isis-route.txt").read_text().splitlines():
        words = line.split()
        if len(words) >= 4 and "/" in words[0] and words[1].isdigit():
            prefix = words[0]
            found[prefix] = (int(words[1]), {words[2]})
        elif len(words) >= 2 and words[0].startswith("ge"):
            found[prefix][1].add(words[0])
    return found
