"""Names that netkit gives: readable, ASCII, and the same in every run."""

from __future__ import annotations

import hashlib
import re

from netkit.model.planning.demand import Demand
from netkit.model.planning.sr_policy import color_of

CUSTOMER_INTERFACE = "cust0"
"""The interface of a router that its customers are behind."""

CUSTOMER_VRF = "customers"
"""The routing table that customers' packets are looked up in."""

STAMP_PORT = 862
"""The port of a Session-Reflector unless another is agreed (RFC 8762 §4.1)."""

_ODD = re.compile(r"[^A-Za-z0-9_.-]+")
_HASH = 8


def plain(name: str) -> str:
    """A node's name in letters, digits and ``_ . -``, which every platform takes.

    What is none of these becomes a hyphen, and a hash of the whole then keeps it apart from others.

    >>> plain("wuhu-dc"), plain("上海 1"), plain("")
    ('wuhu-dc', '1-9bf22090', 'e3b0c442')
    """
    found = _ODD.sub("-", name)
    if found == name != "":
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH]
    return f"{found.strip('-')}-{digest}".lstrip("-")


def locator_name(algorithm: int) -> str:
    """The locator of an algorithm."""
    return f"algo{algorithm}"


def policy_name(demand: Demand) -> str:
    """The policy of a demand: where to, and its bound, or its color if it has one of its own."""
    what = f"{color_of(demand)}us" if demand.color is None else f"color-{demand.color}"
    return f"to-{plain(demand.dst)}-{what}"


def binding_name(number: int, node: str) -> str:
    """The policy behind a router's binding SID of that number, which ends at ``node``."""
    return f"bind-{number}-to-{plain(node)}"


def path_name(policy: str, preference: int) -> str:
    """A candidate path of a policy."""
    return f"{policy}-{preference}"


def list_name(path: str, place: int, of: int) -> str:
    """A segment list of a candidate path that has so many: number ``place``, from 1."""
    return path if of == 1 else f"{path}-{place}"
