"""A router to apply to: a namespace with the interfaces that its state names, nobody's but ours."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, IPv6Network

from netkit.apply.changes import by_key
from netkit.apply.linux.kernel import Kernel
from netkit.apply.namespace import inside
from netkit.apply.objects import (
    KernelObject,
    Key,
    Route,
    Rule,
    Seg6,
    Seg6Local,
    SidDevice,
    TunnelSource,
)
from netkit.errors import ApplyError

OWN = 0x5F00 << 112 | 1 << 80


def ip(netns: str, *words: str) -> None:
    subprocess.run(["ip", "-n", netns, *words], check=True)


def shown(netns: str, *words: str) -> str:
    command = ["ip", "-n", netns, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def routes(netns: str) -> list[str]:
    """All routes but those that the kernel itself adds to interfaces in its own time."""
    lines = shown(netns, "-6", "route", "show", "table", "all").splitlines()
    return [line for line in lines if "proto kernel" not in line]


def own(netns: str) -> dict[Key, KernelObject]:
    """What is netkit's of the namespace."""
    with inside(netns), Kernel() as kernel:
        return dict(by_key(kernel.own()))


@contextmanager
def router(number: int = 0, interfaces: int = 1) -> Iterator[str]:
    """The name of a namespace that forwards, with ``cust0`` and ``ge0``, ``ge1``, …"""
    name = f"nkapply{number}x{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        ip(name, "link", "set", "lo", "up")
        for device in ("cust0", *(f"ge{one}" for one in range(interfaces))):
            ip(name, "link", "add", device, "type", "bridge")
            ip(name, "link", "set", device, "up")
        settings = ["forwarding", "seg6_enabled"]
        words = [f"net.ipv6.conf.all.{one}=1" for one in settings]
        subprocess.run(["ip", "netns", "exec", name, "sysctl", "-qw", *words], check=True)
        yield name
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


def policy(number: int, *nodes: int, metric: int = 100) -> Route:
    """To customer ``number``, over the End of each of ``nodes``."""
    segments = tuple(IPv6Address(0x5F00 << 112 | node << 80 | 1 << 64) for node in nodes)
    prefix = IPv6Network((0x20010DB8 << 96 | number << 80, 48))
    return Route(prefix, 100, metric, "sr0", Seg6(segments))


def small_state(*more: Route) -> tuple:
    """Device, source, rule, locator and SIDs of router 1, and ``more``."""
    sid = [IPv6Network((OWN | function << 64, 64)) for function in (1, 0xD046)]
    return (
        SidDevice("sr0"), TunnelSource(IPv6Address(OWN + 1)), Rule("cust0", 100, 100),
        Route(IPv6Network((OWN, 48)), 254, 4096, blackhole=True),
        Route(sid[0], 254, 1024, "sr0", Seg6Local("End")),
        Route(sid[1], 254, 1024, "sr0", Seg6Local("End.DT6", table=100)), *more,
    )  # fmt: skip


def not_kept() -> None:
    """A measurement after which nothing may stay as it was changed."""
    raise ApplyError("the tier is not kept")
