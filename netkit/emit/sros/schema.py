"""The nodes of ``nokia-conf`` that netkit writes: which are lists, and by which leaf, which are
containers, and which are leaves. MD-CLI has the same names, with keys behind the names of lists."""

from __future__ import annotations

NAMESPACE = "urn:nokia.com:sros:ns:yang:sr:conf"
BASE = "Base"

LISTS = {
    "configure router": "router-name",
    "router interface": "interface-name",
    "segment-routing-v6 locator": "locator-name",
    "segment-routing-v6 micro-segment-locator": "locator-name",
    "base-routing-instance locator": "locator-name",
    "micro-segment block": "block-name",
    "function end": "value",
    "function end-x": "value",
    "sr-policies static-policy": "name",
    "segment-routing-v6 binding-sid": "index",
    "static-policy segment-list": "seg-list-index",
    "segment-list segment": "segment-index",
    "reflector prefix": "ip-prefix",
    "filter ipv6-filter": "filter-name",
    "ipv6-filter entry": "entry-id",
}
"""The key leaf of each list, by the name of what it stands in and its own."""

CONTAINERS = frozenset({
    "configure", "configure filter", "router segment-routing", "router twamp-light",
    "twamp-light reflector", "segment-routing segment-routing-v6", "segment-routing sr-policies",
    "segment-routing-v6 micro-segment", "segment-routing-v6 base-routing-instance",
    "locator prefix", "locator static-function", "locator function", "block prefix",
    "block static-function", "micro-segment-locator un", "function end-dt6", "function end-dt46",
    "static-policy segment-routing-v6", "binding-sid locator", "segment behavior-and-structure",
})  # fmt: skip

LEAVES = frozenset({
    "admin-state", "algorithm", "argument-length", "behavior", "block", "block-length", "color",
    "distinguisher", "ecmp", "endpoint", "function", "function-length", "function-value",
    "head-end", "interface-name", "ip-prefix", "locator-name", "max-entries", "node-length",
    "preference", "protection", "source-address", "srh-mode", "srv6-sid", "type", "udp-port",
    "value", "weight",
})  # fmt: skip
"""Leaves with one value behind them: several may stand on one line."""

TEXTS = frozenset({
    "router", "interface", "locator", "micro-segment-locator", "static-policy", "block",
    "locator-name", "interface-name",
})  # fmt: skip
"""Names whose values are strings, which MD-CLI puts in quotes."""


def place(inside: str, name: str) -> str:
    """How a node is looked up: its name and the name of what it stands in.

    The locator of a binding SID is the one container that has a leaf ``function``, where other
    locators have a container of that name: it goes by a name of its own.
    """
    if name == "function" and inside == "binding locator":
        return "binding function"
    return f"{inside} {name}".strip()


def within(inside: str, name: str) -> str:
    """What the nodes inside a node are looked up by."""
    return "binding locator" if (inside, name) == ("binding-sid", "locator") else name
