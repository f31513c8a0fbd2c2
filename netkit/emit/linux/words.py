"""The words of netkit's own routes on Linux: tables, metrics, devices, and the lines of comments
that say what the kernel has no word for."""

from __future__ import annotations

import re

from netkit.emit.desired.words import CUSTOMER_VRF
from netkit.model.srv6.weights import lowest_terms

SID_DEVICE = "sr0"
"""The interface that carries SID routes: a bridge without ports, which every kernel has; Linux
ignores seg6local routes on ``lo``."""

CUSTOMER_TABLE = 100
AHEAD_TABLE, OWN_AHEAD_TABLE = 99, 98
"""Looked at ahead of the customers' table: where packets that are too big are told so; and, for
what the router makes itself alone, where a SID of its own is met."""

PASS_IN, PASS_OUT = "nkpass0", "nkpass1"
PASS_IN_MAC, PASS_OUT_MAC = "02:6e:6b:00:00:01", "02:6e:6b:00:00:02"
PASS_OUT_ADDRESS = "fe80::2"
"""The pair of interfaces that packets pass ahead of encapsulation, and its far end."""

PROTOCOL = 93
"""The route protocol of all that netkit puts into a kernel, and of nothing else: no number of
``/etc/iproute2/rt_protos`` and none that Linux names (linux/rtnetlink.h)."""

TABLES: dict[str | None, str] = {CUSTOMER_VRF: str(CUSTOMER_TABLE), None: "main"}
"""The routing table of each VRF that netkit configures; None is the router's own."""

LOCATOR_METRIC = 4096
"""Of the blackhole under a locator: any SID in it is more specific, and any route is preferred."""

_METRIC_OF_NONE = 300
PREFERENCES = range(1, _METRIC_OF_NONE)
"""Preferences that become metrics: a higher preference is a lower metric, and 0 is no metric."""

NOBODY = "fe80::1"
"""Linux shares only among next hops with an address; encapsulated packets are never sent to it."""

MOST_WEIGHT = 256

INTERFACE = re.compile(r"[A-Za-z0-9_.@:-]{1,15}")
"""Names of interfaces that can stand in both files as they are; the kernel takes 15 bytes."""

LOCATOR_LINE = re.compile(
    r"# Locator (?P<name>\S+) (?P<prefix>\S+): algorithm (?P<algorithm>\d+), "
    r"bits (?P<bits>\d+\+\d+\+\d+\+\d+)(?P<usid>, uSID)?\."
)
POLICY_LINE = re.compile(
    r"# Policy(?: (?P<name>\S+))?: color (?P<color>\d+), endpoint (?P<endpoint>\S+)\."
)
PACKETS_LINE = re.compile(
    r"# Preference (?P<preference>\d+): packets of up to (?P<bytes>\d+) bytes\."
)


def owned(line: str) -> str:
    """A statement that says whose its route or rule is.

    >>> owned("route add 2001:db8::/48 table 100 metric 1 nexthop via fe80::1 dev sr0")
    'route add 2001:db8::/48 table 100 metric 1 proto 93 nexthop via fe80::1 dev sr0'
    """
    if line.startswith("rule add "):
        return f"{line} protocol {PROTOCOL}"
    if not line.startswith("route add "):
        return line
    route, nexthop, ways = line.partition(" nexthop ")
    return f"{route} proto {PROTOCOL}{nexthop}{ways}"


def unowned(line: str) -> str:
    """A statement without that."""
    for words in (f" proto {PROTOCOL}", f" protocol {PROTOCOL}"):
        if line.endswith(words):
            return line.removesuffix(words)
    return line.replace(f" proto {PROTOCOL} nexthop ", " nexthop ", 1)


def metric_of(preference: int) -> int:
    """The metric of a candidate path's routes.

    >>> metric_of(200), metric_of(100)
    (100, 200)
    """
    return _METRIC_OF_NONE - preference


def preference_of(metric: int) -> int:
    """What :func:`metric_of` had."""
    return _METRIC_OF_NONE - metric


PRIMARY_METRIC = metric_of(200)


def linux_weights(weights: list[int]) -> list[int]:
    """Weights as Linux takes them, 1 to 256: the same, the same in lowest terms, or the nearest in
    proportion.

    >>> linux_weights([50, 50]), linux_weights([600, 400]), linux_weights([1000, 333])
    ([50, 50], [3, 2], [256, 85])
    """
    if max(weights) <= MOST_WEIGHT:
        return weights
    weights = [*lowest_terms(weights)]
    largest = max(weights)
    if largest <= MOST_WEIGHT:
        return weights
    return [max(1, (2 * weight * MOST_WEIGHT + largest) // (2 * largest)) for weight in weights]
