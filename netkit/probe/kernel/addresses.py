"""Addresses of sockets: of a name, and the one that the kernel would send from over a link."""

from __future__ import annotations

import errno
import os
import socket

from netkit.errors import PrivilegeError, ProbeError

_SO_BINDTOIFINDEX = 62
_INTERFACE_BYTES = 16  # IFNAMSIZ of linux/if.h, the 0 at the end included

Address = tuple[str, int] | tuple[str, int, int, int]
"""A socket address as Python has it, for IPv4 or IPv6."""


def resolve(host: str, port: int, family: int = 0, interface: str | None = None) -> Address:
    """The first address of a name or a literal that there is a way to, the first if there is none.

    With an ``interface`` the way is one out of it. ``family`` AF_INET or AF_INET6 takes only
    addresses of that kind. :class:`ProbeError` if the name has no address.
    """
    found = addresses_of(host, port, family)
    return next((one for one in found if has_way(one, interface)), found[0])


def addresses_of(host: str, port: int, family: int = 0) -> list[Address]:
    """All addresses of a name or a literal, the best first; :class:`ProbeError` of none."""
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_DGRAM)
    except (socket.gaierror, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no name"
        raise ProbeError(f"{host} cannot be resolved: {reason}") from error
    addresses = [one[4] for one in found]
    return [one if len(one) == 4 else (str(one[0]), port) for one in addresses]


def has_way(address: Address, interface: str | None = None) -> bool:
    """Whether this host has a route there; nothing is sent."""
    family = socket.AF_INET6 if len(address) == 4 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as trial:
            if interface is not None:
                bind_to_interface(trial, interface)
            trial.connect(address)
    except (OSError, ProbeError):  # also where there is no such interface, or not now
        return False
    return True


def is_own(address: str, interface: str | None = None) -> bool:
    """Whether this host has a literal address now, and may send from it over that interface."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as trial:
            if interface is not None:
                bind_to_interface(trial, interface)
            trial.bind(own_place(address, 0))
    except (OSError, ProbeError, PrivilegeError):
        return False
    return True


def own_place(address: str, port: int) -> Address:
    """A literal address of this host as a socket is bound to it: Python does not look at the zone
    of one of a link."""
    plain, _, zone = address.partition("%")
    if ":" not in plain:
        return plain, port
    return plain, port, 0, int(zone) if zone.isdecimal() else interface_number(zone or None)


def interface_number(interface: str | None) -> int:
    """The number of an interface, another one whenever it is made anew: sockets that were bound to
    it before reach nothing. 0 where there is none of that name, and of none."""
    try:
        return 0 if interface is None else socket.if_nametoindex(interface)
    except OSError:
        return 0


def bind_to_interface(udp: socket.socket, interface: str) -> None:
    """Only that interface from now on; for a VRF, all that are in it.

    Raises :class:`ProbeError` if there is none of that name, :class:`PrivilegeError` on kernels
    that ask for CAP_NET_RAW (before Linux 5.7).
    """
    name = os.fsencode(interface)
    if not 0 < len(name) < _INTERFACE_BYTES or b"\0" in name:
        raise ProbeError(f"{interface!r} is no name of an interface")
    try:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name + b"\0")
    except PermissionError as error:
        what = f"this kernel binds to interface {interface} only with CAP_NET_RAW"
        raise PrivilegeError(what) from error
    except OSError as error:
        if error.errno != errno.ENODEV:
            raise
        names = ", ".join(name for _, name in socket.if_nameindex())
        raise ProbeError(f"there is no interface {interface}; there are {names}") from error


def source_on_link(interface: int, destination: Address) -> str | None:
    """The address that the kernel sends from to ``destination`` out of an interface, by its index.

    None if there is no way there. Asked in the network namespace of the calling thread.
    """
    family = socket.AF_INET6 if len(destination) == 4 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as trial:
        try:
            trial.setsockopt(socket.SOL_SOCKET, _SO_BINDTOIFINDEX, interface)
            trial.connect(destination)
        except OSError:
            return None
        return str(trial.getsockname()[0])
