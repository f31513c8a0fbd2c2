"""States as tables of CONFIG_DB: numbers are strings there, a bar stands between parts of a key."""

from __future__ import annotations

import json

from netkit.emit.common.sids import home
from netkit.emit.sonic.project import DEFAULT_VRF
from netkit.model.router_state import EndpointBehavior, LocalSid, LocatorState, RouterState

LOCATORS, SIDS = "SRV6_MY_LOCATORS", "SRV6_MY_SIDS"

ACTIONS = {
    EndpointBehavior.END: "uN",
    EndpointBehavior.END_X: "uA",
    EndpointBehavior.END_DT46: "uDT46",
}

DSCP_MODE = "pipe"
"""A packet that is taken out of another keeps its own DSCP (RFC 2983)."""


def render(state: RouterState) -> str:
    """The file. bgpcfgd drops a SID that it reads before its locator, so locators stand first
    (sonic-buildimage#21826)."""
    tables = {}
    if state.locators:
        tables[LOCATORS] = {one.name: _locator(one) for one in state.locators}
    if state.sids:
        tables[SIDS] = {_key(sid, state.locators): _sid(sid) for sid in state.sids}
    return json.dumps(tables, indent=2) + "\n"


def _locator(one: LocatorState) -> dict[str, str]:
    parts = one.structure
    return {
        "prefix": str(one.prefix.network_address),
        "block_len": str(parts.block_bits),
        "node_len": str(parts.node_bits),
        "func_len": str(parts.function_bits),
        "arg_len": str(parts.argument_bits),
    }


def _key(sid: LocalSid, locators: tuple[LocatorState, ...]) -> str:
    locator = home(sid.sid, locators)
    return f"{'' if locator is None else locator.name}|{sid.prefix}"


def _sid(sid: LocalSid) -> dict[str, str]:
    said = {"action": ACTIONS[sid.behavior]}
    if sid.behavior is EndpointBehavior.END_DT46:
        said["decap_vrf"] = sid.vrf or DEFAULT_VRF
    said["decap_dscp_mode"] = DSCP_MODE
    if sid.behavior is EndpointBehavior.END_X:
        said["interface"] = str(sid.interface)
        if sid.next_hop is not None:
            said["adj"] = str(sid.next_hop)
    return said
