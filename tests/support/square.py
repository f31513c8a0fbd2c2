"""A headend, two routers beside each other, and a far end, with a customer behind either end."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network

from netns_net import Net

from netkit.apply.objects import NextHop, Route, Seg6

FAR = IPv6Network("2001:db8:2::/48")
HOST, CUSTOMER = "2001:db8:1::2", "2001:db8:2::2"
GATEWAY, FAR_GATEWAY = IPv6Address("2001:db8:1::1"), IPv6Address("2001:db8:2::1")
SERVICE = IPv6Address("5f00:0:4:d046::")


def square(made: Net, *, wired: bool = False) -> None:
    """Headend h, routers a and b beside each other, far end z with a customer behind it.

    With ``wired``, h and b are joined by nothing but what carries ``w-h`` to ``w-b`` in node w.
    """
    for node in ("host", "h", "a", "b", "z", "far"):
        made.node(node)
    made.link(("host", "eth0", f"{HOST}/64"), ("h", "cust0", f"{GATEWAY}/64"))
    for number, middle in enumerate(("a", "b"), start=1):
        ends = (f"fd5f:{number}::1", f"fd5f:{number}::2")
        if wired and middle == "b":
            made.wire(("h", "tob", f"{ends[0]}/64"), ("b", "toh", f"{ends[1]}/64"), "w")
        else:
            made.link(("h", f"to{middle}", f"{ends[0]}/64"), (middle, "toh", f"{ends[1]}/64"))
        made.link((middle, "toz", f"fd5f:1{number}::1/64"), ("z", f"to{middle}",
                  f"fd5f:1{number}::2/64"))  # fmt: skip
        made.ip("h", "-6", "route", "add", f"5f00:0:{number}::/48", "via", ends[1])
        made.ip(middle, "-6", "route", "add", "5f00:0:4::/48", "via", f"fd5f:1{number}::2")
        made.end_sid(middle, f"5f00:0:{number}:1::/64")
    made.ip("host", "-6", "route", "add", "default", "via", str(GATEWAY))
    made.link(("z", "cust0", f"{FAR_GATEWAY}/64"), ("far", "eth0", f"{CUSTOMER}/64"))
    made.ip("z", "link", "add", "sr0", "type", "bridge")
    made.ip("z", "link", "set", "sr0", "up")
    made.ip("z", "-6", "route", "add", f"{SERVICE}/64", "encap", "seg6local", "action", "End.DT6",
            "table", "main", "dev", "sr0")  # fmt: skip
    # End.DT6 looks here alone, and not where the kernel keeps its own addresses.
    made.ip("z", "-6", "route", "add", "local", str(FAR_GATEWAY), "dev", "cust0", "table", "main")
    made.ip("z", "-6", "route", "add", "2001:db8:1::/48", "via", "fd5f:11::1")
    made.ip("a", "-6", "route", "add", "2001:db8:1::/48", "via", "fd5f:1::1")


def through(*middles: int) -> Seg6:
    """Over End of these, to the customers of z."""
    return Seg6((*(IPv6Address(0x5F00 << 112 | n << 80 | 1 << 64) for n in middles), SERVICE))


def single(middle: int) -> Route:
    """A policy of one list."""
    return Route(FAR, 100, 100, "sr0", through(middle))


def split(*weights: int) -> Route:
    """A policy that shares its traffic over a, b, … by weight."""
    hops = tuple(
        NextHop(through(middle), weight, "sr0", IPv6Address("fe80::1"))
        for middle, weight in enumerate(weights, start=1)
    )
    return Route(FAR, 100, 100, next_hops=hops)
