"""What this machine can do for measuring, found out by doing it over the loopback interface."""

from __future__ import annotations

import ctypes
import fcntl
import socket
import struct
import time
from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.errors import NetkitError, PrivilegeError
from netkit.model.measurement.sample import StampSource
from netkit.probe.kernel.datagrams import Transmitted
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.sockets import StampSocket
from netkit.wire.ports import STAMP_PORT

_TRIES = 5
_PATIENCE_S = 1.0
_PAUSE_S = 0.001
_TRIAL = b"netkit trial"
_SEGMENT = IPv6Address("5f00::1")

# linux/sockios.h, linux/ethtool.h, linux/net_tstamp.h
_SIOCETHTOOL = 0x8946
_ETHTOOL_GET_TS_INFO = 0x41
_TS_INFO = struct.Struct("=IIiI12xI12x")
_HARDWARE = 1 << 0 | 1 << 2 | 1 << 6  # transmit, receive, and hand over as they are


@dataclass(frozen=True, slots=True)
class Ability:
    """Whether something works here, and what was seen."""

    works: bool
    detail: str


@dataclass(frozen=True, slots=True)
class KernelStamps:
    """Who stamps what is received, and what is sent."""

    receive: Ability
    transmit: Ability


def try_kernel_stamps(address: str = "::1") -> KernelStamps:
    """Send datagrams from this machine to itself until one has both stamps, or several have not.

    The kernel begins to stamp what it receives a moment after the first socket asks for it.
    """
    try:
        receiver, sender = open_stamp_socket(address), open_stamp_socket(address)
    except NetkitError as error:
        failed = Ability(False, str(error))
        return KernelStamps(failed, failed)
    try:
        for _ in range(_TRIES - 1):
            found = _exchange(receiver, sender, address)
            if found.receive.works and found.transmit.works:
                return found
        return _exchange(receiver, sender, address)
    finally:
        receiver.close()
        sender.close()


def _exchange(receiver: StampSocket, sender: StampSocket, address: str) -> KernelStamps:
    reason = sender.send(_TRIAL, (address, receiver.port), _TRIAL)
    if reason is not None:
        failed = Ability(False, f"nothing can be sent to {address}: {reason}")
        return KernelStamps(failed, failed)
    sent_ns, arrived, left_ns = time.time_ns(), None, None
    deadline = time.monotonic() + _PATIENCE_S
    while (arrived is None or left_ns is None) and time.monotonic() < deadline:
        arrived = arrived or receiver.receive()
        stamps = [event.time_ns for event in sender.events() if isinstance(event, Transmitted)]
        left_ns = stamps[0] if stamps else left_ns
        time.sleep(_PAUSE_S)
    receive = Ability(False, f"the datagram did not arrive within {_PATIENCE_S:.0f} s")
    if arrived is not None:
        by_kernel = arrived.stamp.source is StampSource.KERNEL
        receive = Ability(by_kernel, "works" if by_kernel else "the datagram came without a stamp")
    transmit = Ability(False, f"no stamp came back within {_PATIENCE_S:.0f} s")
    if left_ns is not None:
        transmit = Ability(True, f"works; {(sent_ns - left_ns) / 1000:.0f} µs before send returned")
    return KernelStamps(receive, transmit)


def try_segment_list() -> Ability:
    """Whether the kernel lets a socket send over an SRv6 segment list; nothing is sent."""
    try:
        socket_ = open_stamp_socket("::1")
    except NetkitError as error:
        return Ability(False, str(error))
    try:
        socket_.route_over([_SEGMENT])
    except NetkitError as error:
        return Ability(False, str(error))
    finally:
        socket_.close()
    return Ability(True, "a socket can send over a segment list")


def try_stamp_port() -> Ability:
    """Whether this user may answer on the port of STAMP; in use counts as may."""
    try:
        open_stamp_socket("::", STAMP_PORT).close()
    except PrivilegeError as error:
        return Ability(False, str(error))
    except NetkitError as error:
        return Ability(True, str(error))
    return Ability(True, f"port {STAMP_PORT} can be had")


def hardware_stamps() -> Ability:
    """Which network cards can stamp what they send and receive (``ethtool -T``)."""
    able = [name for _, name in socket.if_nameindex() if _stamps_in_hardware(name)]
    if able:
        return Ability(True, ", ".join(able))
    return Ability(False, "no network card here can")


def _stamps_in_hardware(interface: str) -> bool:
    answer = ctypes.create_string_buffer(_TS_INFO.pack(_ETHTOOL_GET_TS_INFO, 0, 0, 0, 0))
    request = struct.pack("16sP8x", interface.encode(), ctypes.addressof(answer))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        try:
            fcntl.ioctl(udp, _SIOCETHTOOL, request)
        except OSError:
            return False
    able = int(_TS_INFO.unpack(answer.raw[: _TS_INFO.size])[1])
    return able & _HARDWARE == _HARDWARE
