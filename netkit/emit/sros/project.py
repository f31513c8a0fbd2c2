"""What of a router's state SR OS can be told, and what is left out and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from netkit.emit.common.left_out import Reasons
from netkit.emit.common.naming import with_legal_names
from netkit.emit.dialect import Carried, LeftOut
from netkit.emit.sros.limits import (
    ARGUMENT_BITS,
    BLOCK_BITS,
    FUNCTION_BITS,
    OLDEST,
    REFLECTOR_PORTS,
    REFLECTOR_PREFIXES,
    VERSIONS,
)
from netkit.emit.sros.project_policies import project_policies
from netkit.emit.sros.project_sids import (
    INTERFACE_LENGTH,
    is_interface,
    project_sids,
    usid_node,
)
from netkit.model.router_state import (
    EdgeFilter,
    LocatorState,
    PeerPort,
    RouterState,
    StampReflector,
)


def project(state: RouterState) -> Carried:
    """``state`` as the XML of SR OS says it."""
    work = _Projection(state)
    return Carried(work.result(), (*work.reasons.all(), *work.more))


def for_cli(carried: Carried) -> Carried:
    """What of it the MD-CLI text says as well: all but the filter, whose samples are YANG only."""
    if carried.state.edge is None:
        return carried
    out = LeftOut("the edge filter, in this text", "confirmed by the YANG only: the XML has it")
    return Carried(replace(carried.state, edge=None), (*carried.left_out, out))


@dataclass(slots=True)
class _Projection:
    state: RouterState
    reasons: Reasons = field(default_factory=Reasons)
    more: tuple[LeftOut, ...] = ()

    def result(self) -> RouterState:
        fitting = RouterState(self.state.router, locators=tuple(self._locators()))
        locators = with_legal_names(fitting, VERSIONS[OLDEST]).locators
        sids = project_sids(self.state.sids, locators, self.reasons)
        policies, self.more = project_policies(self.state, locators)
        for port in self.state.customers:
            why = "VPRN services and their BGP, which allocates service SIDs, are the operator's"
            self.reasons.add("customer port", f"{port.interface} of VPRN {port.vrf}", why)
        return RouterState(
            self.state.router, self.state.source, locators, sids, policies, (),
            self._edge(), self._reflectors(),
        )  # fmt: skip

    def _locators(self) -> Iterator[LocatorState]:
        for one in self.state.locators:
            why = _unfit(one)
            if why is None and one.usid and usid_node(one, self.state.sids) is None:
                why = "no uN of the router is its whole prefix"
            if why is None:
                yield one
            else:
                self.reasons.add("locator", f"{one.name} ({one.prefix})", why)

    def _edge(self) -> EdgeFilter | None:
        edge = self.state.edge
        if edge is None:
            return None
        for port in edge.customers:
            why = "its SAP is not in the state: put ipv6-filter netkit-edge on its ingress"
            self.reasons.add("edge filter on customer port", port, why)
        if edge.inside or edge.protected:
            why = "it stands on core interfaces, and no sample of it is confirmed"
            self.reasons.add("filter of sources", "that local SIDs take packets from", why)
        return EdgeFilter(edge.blocks, (), (), (), (), tuple(self._peers(edge.peers)))

    def _peers(self, peers: tuple[PeerPort, ...]) -> Iterator[PeerPort]:
        for one in peers:
            if is_interface(one.interface):
                yield one
            else:
                why = f"SR OS takes names of 1 to {INTERFACE_LENGTH} characters from a letter on"
                self.reasons.add("edge filter on peer port", one.interface, why)

    def _reflectors(self) -> tuple[StampReflector, ...]:
        found: list[StampReflector] = []
        for one in self.state.reflectors:
            why = self._no_reflector(one, bool(found))
            if why is None:
                found.append(one)
            else:
                self.reasons.add("STAMP reflector", f"{one.address} port {one.port}", why)
        return tuple(found)

    def _no_reflector(self, one: StampReflector, has_one: bool) -> str | None:
        if has_one:
            return "SR OS has one reflector"
        if one.port not in REFLECTOR_PORTS:
            return "SR OS reflects on port 862 and 64364 to 64373"
        if one.address != self.state.source:
            return "the reflector of SR OS has no address of its own: it is read as the source"
        if len(one.senders) > REFLECTOR_PREFIXES:
            return f"SR OS takes {REFLECTOR_PREFIXES} prefixes of senders"
        return None


def _unfit(one: LocatorState) -> str | None:
    parts = one.structure
    if parts.block_bits + parts.node_bits != one.prefix.prefixlen:
        return "its block and node are not as long as its prefix"
    if one.usid:
        layout = (parts.block_bits, parts.node_bits, parts.function_bits, parts.argument_bits)
        return None if layout == (32, 16, 16, 0) else "uSIDs are written in the layout F3216 only"
    if parts.function_bits not in FUNCTION_BITS or parts.argument_bits not in ARGUMENT_BITS:
        return "functions have 16 or 20 to 96 bits, arguments 0 or 16"
    if parts.block_bits > BLOCK_BITS:
        return f"blocks have up to {BLOCK_BITS} bits"
    if one.prefix.prefixlen + parts.function_bits + parts.argument_bits > 128:
        return "its SIDs are longer than 128 bits"
    if one.algorithm and one.algorithm not in range(128, 256):
        return "algorithms are 128 to 255"
    return None
