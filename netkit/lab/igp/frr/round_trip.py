"""What routers advertise, read back by the importer, against the topology that was booted.

Every field that IS-IS of this version can carry is compared; what it cannot is in
:func:`~netkit.lab.igp.frr.config.not_carried`. Losses are carried in units of 0.000003 %,
bandwidths as floats of which six digits are printed: so far they may differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from netkit.files.importers.formats import read_topology
from netkit.lab.blueprint import Blueprint
from netkit.lab.igp.frr.config import FrrOptions, hostname_of, igp_ports
from netkit.lab.igp.frr.params import bits_of
from netkit.model.network.elements import MAX_LINK_METRIC, Adjacency
from netkit.model.network.topology import Topology
from netkit.model.srv6.node_sids import locator

LOSS_UNIT_PPB = 30
_PRINTED = 1e-5
_Key = tuple[str, str, str]


def imported(database: str, suffix: str) -> Topology:
    """A printed database (``.json`` or ``.txt``) as the importer reads it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"database{suffix}"
        path.write_text(database)
        return read_topology(path)


def unlike(
    blueprint: Blueprint, reached: Collection[str], read: Topology, options: FrrOptions
) -> list[str]:
    """Every field that was not read back as it was booted, a sentence each; ``reached`` are the
    routers that flood to the one that was asked, and itself."""
    topology = blueprint.topology
    own = [node for node in topology.active_nodes if node.name in reached]
    nodes = {hostname_of(topology, node): node.overload for node in own}
    found = [*_differ("router", nodes, {node.name: node.overload for node in read.nodes})]
    if options.srv6:
        locators = {hostname_of(topology, n): [str(locator(topology, n.name))] for n in own}
        seen = {n.name: [str(one.prefix) for one in n.locators] for n in read.nodes}
        found += _differ("locators of", locators, seen)
    booted = dict(_booted(blueprint, reached))
    back = {_key(way, way.src, way.dst): way for way in read.adjacencies}
    found += [
        f"no direction {key} was read"
        for key in sorted(booted.keys() - back.keys())
        if not _out_of_spf(booted[key])
    ]
    found += [
        f"direction {key} was read, not booted"
        for key in sorted(back.keys())
        if key not in booted or (booted[key] is None and not _out_of_spf(back[key]))
    ]
    for key in sorted(booted.keys() & back.keys()):
        way = booted[key]
        if way is not None:
            capacities = (topology.link[way.link_id].capacity_bps,
                          read.link[back[key].link_id].capacity_bps)  # fmt: skip
            found += _fields(key, way, back[key], capacities, options)
    return found


def _out_of_spf(way: Adjacency | None) -> bool:
    """Whether nothing is routed that way: of the greatest metric, or back over a one-way link, for
    which adjacencies have to be told that metric. Not every version advertises these."""
    return way is None or way.metric == MAX_LINK_METRIC


def _booted(
    blueprint: Blueprint, reached: Collection[str]
) -> Iterator[tuple[_Key, Adjacency | None]]:
    """By the names and the address that the importer tells a direction by; None: the way back over
    a one-way link."""
    topology = blueprint.topology
    for name in blueprint.routers:
        if name in reached:
            for port, way in igp_ports(blueprint, name):
                link = topology.link[port.link_id or ""]
                far = link.b if link.a == name else link.a
                src, dst = (hostname_of(topology, topology.node[end]) for end in (name, far))
                yield (src, dst, str(blueprint.port_address(port))), way


def _key(way: Adjacency, src: str, dst: str) -> _Key:
    return src, dst, str(way.near.ipv6 if way.near is not None else None)


def _fields(
    key: _Key,
    way: Adjacency,
    back: Adjacency,
    capacities: tuple[int | None, int | None],
    options: FrrOptions,
) -> Iterator[str]:
    pairs = {
        "metric": (way.metric, back.metric),
        "delay_us": (way.delay_us, back.delay_us),
        "least delay_us": (way.least_delay_us, back.least_delay_us),
        "jitter_us": (way.jitter_us, back.jitter_us),
        "te_metric": (way.te_metric, back.te_metric),
        "admin groups": (bits_of(way), bits_of(back)),
    }
    for field, (said, read) in pairs.items():
        if said != read:
            yield f"{field} of {' '.join(key)}: booted {said}, read {read}"
    if options.loss and not _near(way.loss_ppb, back.loss_ppb, LOSS_UNIT_PPB):
        yield f"loss of {' '.join(key)}: booted {way.loss_ppb} ppb, read {back.loss_ppb} ppb"
    said, read = capacities
    if said is not None and not _near(said, read, round(said * _PRINTED)):
        yield f"capacity of {' '.join(key)}: booted {said} bit/s, read {read} bit/s"


def _near(said: int | None, read: int | None, most: int) -> bool:
    return said == read or (said is not None and read is not None and abs(said - read) <= most)


def _differ(what: str, booted: Mapping[str, object], read: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(booted.keys() | read.keys()):
        if booted.get(name) != read.get(name):
            yield f"{what} {name}: booted {booted.get(name)}, read {read.get(name)}"
