"""Linux routers: what ``ip -batch`` takes, and both files of all routers of a plan.

Per router: its locators, their SIDs, the customers' table, and the policies: H.Encaps.Red routes
(RFC 8986 §5.2) for prefixes, End.B6.Encaps (§4.13) for binding SIDs. The kernel pushes the whole
list of a binding SID as SRH: one SID more in the header than reduced. Addresses of links,
neighbours and the IGP's routes are the routing daemon's (or the lab's) business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from netkit.emit.desired.headend import not_desired
from netkit.emit.desired.states import desired_states
from netkit.emit.dialect import Carried, LeftOut
from netkit.emit.linux.carried import block_bits, carried
from netkit.emit.linux.customers import local_rule, own_answers, pass_lines
from netkit.emit.linux.nft import edge_file
from netkit.emit.linux.policies import policy_lines
from netkit.emit.linux.words import LOCATOR_METRIC, SID_DEVICE, TABLES, owned
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.router_state import (
    CustomerPort,
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    RouterState,
)

BEGIN = ": SRv6; apply once with: ip -batch FILE"
"""The end of the first line of every file."""


@dataclass(frozen=True, slots=True)
class RouterConfig:
    """The two files of one router: for ``ip -batch`` and for ``nft -f``."""

    ip_batch: str
    nft: str


def emit_linux(
    topology: Topology, plan: Plan, customers: Collection[str] | None = None
) -> dict[str, RouterConfig]:
    """Configurations of all active routers, by name in file order, whatever their platforms: for
    routers that hold nothing yet, as those of a lab.

    ``customers`` are the routers that have a customer interface ``cust0``; unless given, those
    that the plan's demands start or end at.
    """
    beyond = not_desired(plan)
    configs = {}
    for name, state in desired_states(topology, plan, customers, bare=True).items():
        own = carried(state)
        own = replace(own, left_out=(*beyond.get(name, ()), *own.left_out))
        configs[name] = RouterConfig(ip_batch(own), edge_file(own.state))
    return configs


def ip_batch(own: Carried) -> str:
    """The ``ip -batch`` file of one router."""
    state = own.state
    lines = [
        f"# {one_line(state.router)}{BEGIN}",
        f"link add {SID_DEVICE} type bridge",
        f"link set {SID_DEVICE} up",
    ]
    if state.source is not None:
        lines.append(f"sr tunsrc set {state.source}")
    lines.extend(_locators(state))
    lines.extend(line for port in state.customers for line in _customers(port))
    lines.extend(_sid(sid, state) for sid in state.sids if _is_service(sid))
    lines.extend(local_rule(state))
    lines.extend(line for policy in state.policies for line in policy_lines(policy, state))
    lines.extend(pass_lines(state))
    lines.extend(_left_out(one) for one in own.left_out)
    return "".join(f"{owned(line)}\n" for line in lines)


def one_line(text: str) -> str:
    """``text`` without what could end a comment and begin a command."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _left_out(one: LeftOut) -> str:
    return f"# Left out: {one_line(one.what)}: {one_line(one.why)}."


def _locators(state: RouterState) -> Iterator[str]:
    """Each locator with its SIDs; then SIDs that are in none."""
    steering = [sid for sid in state.sids if not _is_service(sid)]
    for number, locator in enumerate(state.locators):
        yield _locator_line(locator)
        if not locator.usid:
            if number == 0:
                yield "# What is not a SID of ours ends here instead of following a default route."
            yield f"route add blackhole {locator.prefix} metric {LOCATOR_METRIC}"
        own = [sid for sid in steering if sid.prefix.subnet_of(locator.prefix)]
        yield from (_sid(sid, state) for sid in own)
        steering = [sid for sid in steering if sid not in own]
    yield from (_sid(sid, state) for sid in steering)


def _locator_line(one: LocatorState) -> str:
    parts = one.structure
    lengths = (parts.block_bits, parts.node_bits, parts.function_bits, parts.argument_bits)
    bits, kind = "+".join(map(str, lengths)), ", uSID" if one.usid else ""
    return f"# Locator {one.name} {one.prefix}: algorithm {one.algorithm}, bits {bits}{kind}."


def _is_service(sid: LocalSid) -> bool:
    return sid.behavior is EndpointBehavior.END_DT6


def _sid(sid: LocalSid, state: RouterState) -> str:
    action = _action(sid, state)
    return f"route add {sid.prefix} encap seg6local action {action} dev {SID_DEVICE}"


def _action(sid: LocalSid, state: RouterState) -> str:
    usd = Flavor.USD in sid.flavors
    if sid.behavior is EndpointBehavior.END_DT6:
        return f"End.DT6 table {TABLES[sid.vrf]}"
    if sid.behavior is EndpointBehavior.END_X:
        return f"End.DX6 nh6 {sid.next_hop}" if usd else (
            f"End.X nh6 {sid.next_hop}{_flavors(sid, state)}"
        )  # fmt: skip
    return "End.DT6 table main" if usd else f"End{_flavors(sid, state)}"


def _flavors(sid: LocalSid, state: RouterState) -> str:
    """Of a uN and uA the lengths that the kernel shifts by (RFC 9800 §4.1)."""
    if Flavor.NEXT_CSID in sid.flavors:
        block = block_bits(state.locators, sid.prefix) or 0
        return f" flavors next-csid lblen {block} nflen {sid.prefix.prefixlen - block}"
    return " flavors psp" if Flavor.PSP in sid.flavors else ""


def _customers(port: CustomerPort) -> Iterator[str]:
    table = TABLES[port.vrf]
    yield f"# Customers behind {port.interface} live in table {table}."
    for prefix in port.prefixes:
        yield f"route add {prefix} dev {port.interface} table {table}"
    yield f"rule add from ::/0 pref 100 iif {port.interface} table {table}"
    yield from own_answers(port)
