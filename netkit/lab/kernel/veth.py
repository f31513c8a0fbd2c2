"""Making interfaces straight inside the namespaces that they belong to, by netlink and ioctl."""

from __future__ import annotations

import ctypes
import fcntl
import socket
import struct
import time
from collections.abc import Iterable, Mapping

from pyroute2 import IPRoute
from pyroute2.netlink.exceptions import NetlinkError
from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg

from netkit.errors import LabError
from netkit.lab.blueprint import CUSTOMER_PORT, HOST_PORT, Blueprint, Cable, host_name
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.router_setup import ACCESS_MTU, cable_mtu

RUNNING_PATIENCE_S = 300.0

WIRE_INDEX = 1 << 16
PORT_INDEX = 1 << 17
"""The interface indices of cable end 0 with the wire and in its node; the others follow by number,
so that a program in the kernel knows an end by the index, whatever the namespace."""

_POLL_S = 0.005
_SIOCGIFFLAGS = 0x8913
_SIOCETHTOOL = 0x8946
_IFF_RUNNING = 0x40
_FLAGS = struct.Struct("16xh")
_ETHTOOL_STXCSUM = 0x00000017
_IFREQ = struct.Struct("16sP16x")
_ETHTOOL_VALUE = struct.Struct("II")


def lay_cables(
    wire: Namespace, namespaces: Mapping[str, Namespace], cables: Iterable[Cable]
) -> None:
    """One veth pair per cable end: the inner half in the node, the outer half with the wire."""
    with _netlink(wire) as netlink:
        for index, cable in enumerate(cables):
            for number, end in ((2 * index, cable.a), (2 * index + 1, cable.b)):
                inner = {
                    "ifname": end.port,
                    "index": PORT_INDEX + number,
                    "net_ns_fd": namespaces[end.node].fd,
                    "mtu": cable_mtu(cable),
                }
                if end.mac is not None:
                    inner["address"] = end.mac
                _add_pair(
                    netlink, f"{cable.id} at {end.node}", f"w{number}", inner,
                    index=WIRE_INDEX + number, state="up",
                )  # fmt: skip


def attach_hosts(
    anywhere: Namespace, namespaces: Mapping[str, Namespace], blueprint: Blueprint
) -> None:
    """The undelayed access link of every customer host."""
    with _netlink(anywhere) as netlink:
        for node in blueprint.hosts:
            peer = {
                "ifname": HOST_PORT,
                "net_ns_fd": namespaces[host_name(node)].fd,
                "address": blueprint.host_mac(node),
                "mtu": ACCESS_MTU,
            }
            _add_pair(
                netlink, host_name(node), CUSTOMER_PORT, peer,
                net_ns_fd=namespaces[node].fd, address=blueprint.mac(0, node),
            )  # fmt: skip


def finish_checksums(namespace: Namespace, ports: Iterable[str]) -> None:
    """Turn TX checksum offload off (segmentation goes with it): a cable carries bytes as they are.

    Of hosts and of what SRv6 routes name as their device too: what they leave to be summed counts
    as a tunnel's packet once it is encapsulated, and the kernel lets no program change its length.
    """
    with namespace.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for port in ports:
            value = bytearray(_ETHTOOL_VALUE.pack(_ETHTOOL_STXCSUM, 0))
            request = _IFREQ.pack(port.encode(), _address_of(value))
            try:
                fcntl.ioctl(control, _SIOCETHTOOL, request)
            except OSError as error:
                raise LabError(
                    f"{namespace.label}: checksum offload of {port} stays on: {error.strerror}"
                ) from error


def present(namespace: Namespace, names: Iterable[str]) -> list[str]:
    """Those of these interfaces that there are."""
    with namespace.entered():
        there = {name for _, name in socket.if_nameindex()}
    return [name for name in names if name in there]


def wait_until_running(namespace: Namespace, ports: Iterable[str]) -> None:
    """Wait until ports carry frames: the kernel takes a moment to notice that both ends are up.

    Raises:
        LabError: some do not within five minutes.
    """
    waiting = list(ports)
    deadline = time.monotonic() + RUNNING_PATIENCE_S
    with namespace.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        while waiting := [port for port in waiting if not _running(control, port)]:
            if time.monotonic() > deadline:
                raise LabError(f"{namespace.label}: no carrier on {', '.join(waiting)}")
            time.sleep(_POLL_S)


def _running(control: socket.socket, port: str) -> bool:
    reply = fcntl.ioctl(control, _SIOCGIFFLAGS, _IFREQ.pack(port.encode(), 0))
    flags: int = _FLAGS.unpack_from(reply)[0]
    return bool(flags & _IFF_RUNNING)


def _address_of(buffer: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def _netlink(namespace: Namespace) -> IPRoute:
    with namespace.entered():
        return IPRoute()


def _add_pair(
    netlink: IPRoute, what: str, name: object, peer: Mapping[str, object], **settings: object
) -> None:
    """The peer's message is made here: pyroute2 would leave its index out."""
    settings["mtu"] = peer["mtu"]
    fields = dict(peer)
    header = {"index": fields.pop("index", 0)}
    attributes = [(ifinfmsg.name2nla(key), value) for key, value in fields.items()]
    pair = [("VETH_INFO_PEER", header | {"attrs": attributes})]
    kind = [("IFLA_INFO_KIND", "veth"), ("IFLA_INFO_DATA", {"attrs": pair})]
    try:
        netlink.link("add", ifname=name, IFLA_LINKINFO={"attrs": kind}, **settings)
    except NetlinkError as error:
        raise LabError(f"{what}: cannot make its veth pair: {error}") from error
