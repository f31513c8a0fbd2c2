"""A whole network's configurations: each router in its platform's dialect, all limits first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from netkit.emit.common.versions import numbers
from netkit.emit.desired.headend import not_desired
from netkit.emit.desired.states import desired_states
from netkit.emit.dialect import Carried, Dialect, LeftOut
from netkit.emit.kinds import is_of_kind, kind_problems
from netkit.emit.limits import Exceeded
from netkit.emit.targets import DEFAULT, TARGETS, dialect
from netkit.emit.unmade import Stranded, stranded
from netkit.errors import InputError, Problem, counted
from netkit.model.network.elements import Node
from netkit.model.network.platform import KNOWN_VERSIONS
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.router_state import RouterState


@dataclass(frozen=True, slots=True)
class RouterFiles:
    """The ``files`` of one router by suffix, and what of its state they do not say."""

    router: str
    target: str
    files: Mapping[str, str]
    left_out: tuple[LeftOut, ...]


def targets_of(topology: Topology, target: str | None = None) -> dict[str, str]:
    """The target of every active router: the one given for all, else that of its platform, else
    Linux.

    Raises:
        InputError: netkit does not know the target, or writes nothing for a router's platform.
    """
    if target is not None:
        dialect(target)
        return {node.name: target for node in topology.active_nodes}
    found = {node.name: _own(node) for node in topology.active_nodes}
    problems = [
        Problem(
            topology.name, None, f"platform of {name}", own, " or ".join(TARGETS),
            "Write all routers for one platform", field="target",
        )
        for name, own in found.items()
        if own not in TARGETS
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return found


@dataclass(frozen=True, slots=True)
class DesiredNetwork:
    """What every active router is to hold, by name in file order, and what of the plan is in no
    router's state: ``beyond``, by headend."""

    topology: Topology
    states: Mapping[str, RouterState]
    beyond: Mapping[str, tuple[LeftOut, ...]]


def desired_network(
    topology: Topology,
    plan: Plan,
    customers: Collection[str] | None = None,
    *,
    usid: bool = False,
) -> DesiredNetwork:
    """The network that a plan asks for; ``customers`` and ``usid`` as
    :func:`~netkit.emit.desired.states.desired_states` takes them."""
    states = desired_states(topology, plan, customers, usid=usid)
    return DesiredNetwork(topology, states, not_desired(plan))


def network_files(
    network: DesiredNetwork, targets: Mapping[str, str], *, sids_by_hand: bool = False
) -> Iterator[RouterFiles]:
    """The files of every active router, in file order, ``targets`` as :func:`targets_of` has them.

    Raises:
        InputError: at once, and not with the first file: what exceeds a limit of its router, all
            of it; and, but with ``sids_by_hand``, lists over SIDs that their router cannot be told
            to have.
    """
    topology, states = network.topology, network.states
    own = _dialects(network, targets)
    over = list(_exceeded(network, targets, own))
    if over:
        raise InputError(_problems(network, over, own, targets))
    said = {name: own[name].carried(state) for name, state in states.items()}
    lost = () if sids_by_hand else stranded(states, said, own)
    if lost:
        raise InputError(_lost(topology, one, targets) for one in lost)
    return _rendered(network, targets, own, said)


def takes_kind(network: DesiredNetwork, targets: Mapping[str, str]) -> bool:
    """Do all platforms take the kind of SID, classic or uSID, that the network is made of?"""
    own = _dialects(network, targets)
    return not any(map(is_of_kind, _exceeded(network, targets, own)))


def _exceeded(
    network: DesiredNetwork, targets: Mapping[str, str], own: Mapping[str, Dialect]
) -> Iterator[Exceeded]:
    for name, state in network.states.items():
        yield from own[name].exceeded(state, _version(network.topology.node[name], targets))


def _dialects(network: DesiredNetwork, targets: Mapping[str, str]) -> dict[str, Dialect]:
    nodes = network.topology.node
    return {name: dialect(targets[name], _version(nodes[name], targets)) for name in network.states}


def _rendered(
    network: DesiredNetwork,
    targets: Mapping[str, str],
    own: Mapping[str, Dialect],
    said: Mapping[str, Carried],
) -> Iterator[RouterFiles]:
    for name, carried in said.items():
        version = _version(network.topology.node[name], targets)
        unknown = _unknown_limits(targets[name], version)
        left_out = (*network.beyond.get(name, ()), *unknown, *carried.left_out)
        whole = replace(carried, left_out=left_out)
        yield RouterFiles(name, targets[name], own[name].render(whole), whole.left_out)


def _unknown_limits(target: str, version: str | None) -> Iterator[LeftOut]:
    """Where a version is older than all whose limits are known: whose were taken. Of Linux all are
    known, and what is older than the oldest FRR is refused."""
    oldest = KNOWN_VERSIONS.get(target, ("0",))[0]
    if version is not None and target != DEFAULT and numbers(version) < numbers(oldest):
        what = f"limits of {target} {version}"
        yield LeftOut(what, f"none older than those of {oldest} are known, which were taken")


def _own(node: Node) -> str:
    return DEFAULT if node.platform is None else node.platform.name


def _version(node: Node, targets: Mapping[str, str]) -> str | None:
    """The stated version, where the target is the router's own platform."""
    if node.platform is None or node.platform.name != targets[node.name]:
        return None
    return node.platform.version


def _problems(
    network: DesiredNetwork,
    over: Sequence[Exceeded],
    own: Mapping[str, Dialect],
    targets: Mapping[str, str],
) -> Iterator[Problem]:
    topology = network.topology
    kinds = [one for one in over if is_of_kind(one)]
    yield from kind_problems(topology, kinds, network.states, own, targets)
    for one in over:
        if not is_of_kind(one):
            what = f"{one.router} ({targets[one.router]}): {one.where}: {one.what}"
            yield Problem(topology.name, None, what, one.value, one.fits)


_BY_HAND = "ave it made there by hand"


def _lost(topology: Topology, one: Stranded, targets: Mapping[str, str]) -> Problem:
    headend, said = one.lists[0]
    more = f" and {counted(len(one.lists) - 1, 'more list')}" if len(one.lists) > 1 else ""
    where = f"{headend} ({targets[headend]}): policy {said}{more}"
    why = f"over a SID that {one.owner} ({targets[one.owner]}) cannot have: {one.unmade.why}"
    advertised = "Plan over the SIDs that the routers advertise (import their link state), or h"
    # A service SID no IGP carries: it is the address plan's in any case.
    remedy = f"{'H' if topology.advertised else advertised}{_BY_HAND}"
    what = f"{where}: {why}"
    return Problem(topology.name, None, what, str(one.sid), one.unmade.fits, remedy, "sids_by_hand")
