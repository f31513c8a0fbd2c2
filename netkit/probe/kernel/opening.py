"""Opening a UDP socket for STAMP: its address, its options, its room; and why one cannot be had."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket

from netkit.errors import InputError, PrivilegeError, ProbeError
from netkit.probe.kernel.addresses import bind_to_interface, own_place
from netkit.probe.kernel.control_messages import SOCKET_OPTIONS
from netkit.probe.kernel.sockets import StampSocket

# A waiting datagram takes about 800 bytes, so this is 10,000 of them: the kernel doubles it.
_BUFFER_BYTES = 4 << 20
_WHOSE = ". An agent, or netkit probe reflect? `ss -ulnp sport = :{port}` tells whose it is"
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 32, 33


def open_stamp_socket(
    bind_address: str, port: int = 0, interface: str | None = None
) -> StampSocket:
    """Open a socket on a local IPv6 or IPv4 address (``::`` and ``0.0.0.0`` for any).

    Port 0 lets the kernel choose. With an ``interface``, which may be a VRF, everything goes out
    and comes in there. Raises :class:`InputError` for what is no address,
    :class:`PrivilegeError` for a port that needs root, :class:`ProbeError` if it cannot be had.
    """
    try:
        version = ipaddress.ip_address(bind_address).version
    except ValueError:
        raise InputError.single(
            "bind address", value=bind_address, expected="an IPv6 or IPv4 address"
        ) from None
    family = socket.AF_INET6 if version == 6 else socket.AF_INET
    try:
        udp = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    except OSError as error:
        raise ProbeError(
            f"no UDP socket on {bind_address}: {os.strerror(error.errno or 0)}"
        ) from error
    try:
        for level, option, value in SOCKET_OPTIONS[family]:
            udp.setsockopt(level, option, value)
        _make_room(udp)
        if interface is not None:
            bind_to_interface(udp, interface)
        udp.bind(own_place(bind_address, port))
        return StampSocket(udp)
    except ProbeError:
        udp.close()
        raise
    except PermissionError as error:
        udp.close()
        raise PrivilegeError(
            f"port {port} needs root or CAP_NET_BIND_SERVICE; ports from 1024 on need neither"
        ) from error
    except OSError as error:
        udp.close()
        raise ProbeError(
            f"no UDP socket on {bind_address} port {port}: {os.strerror(error.errno or 0)}"
            + (_WHOSE.format(port=port) if error.errno == errno.EADDRINUSE else "")
        ) from error


def _make_room(udp: socket.socket) -> None:
    """Buffers for a stall of the program; past the system's limit where that is allowed."""
    for forced, plain in (
        (_SO_RCVBUFFORCE, socket.SO_RCVBUF),
        (_SO_SNDBUFFORCE, socket.SO_SNDBUF),
    ):
        try:
            udp.setsockopt(socket.SOL_SOCKET, forced, _BUFFER_BYTES)
        except PermissionError:
            udp.setsockopt(socket.SOL_SOCKET, plain, _BUFFER_BYTES)
