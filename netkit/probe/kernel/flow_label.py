"""A flow label of a socket's own (RFC 6437), for flows that shall take ways of their own.

Linux gives packets a label by itself, but only after it has chosen among the next hops of a route:
at the host that chooses, all flows to one address are one. A label that is leased for the socket
(IPV6_FLOWLABEL_MGR of linux/in6.h) takes part in the choice.
"""

from __future__ import annotations

import os
import secrets
import socket
import struct
from ipaddress import IPv6Address

from netkit.errors import ProbeError

_IPV6_FLOWLABEL_MGR, _IPV6_FLOWINFO_SEND = 32, 33
_REQUEST = struct.Struct("=16s4sBBHHHI")
_GET, _EXCLUSIVE, _CREATE = 0, 1, 1
_LABELS = (1 << 20) - 1


def leased_label(udp: socket.socket, destination: IPv6Address) -> int:
    """A random label for what ``udp`` sends to ``destination``; it goes where a socket address has
    its flowinfo. Raises ProbeError if the kernel gives none."""
    label = 1 + secrets.randbelow(_LABELS)
    asked = _REQUEST.pack(
        destination.packed, label.to_bytes(4, "big"), _GET, _EXCLUSIVE, _CREATE, 0, 0, 0
    )
    try:
        udp.setsockopt(socket.IPPROTO_IPV6, _IPV6_FLOWLABEL_MGR, asked)
        udp.setsockopt(socket.IPPROTO_IPV6, _IPV6_FLOWINFO_SEND, 1)
    except OSError as error:
        said = os.strerror(error.errno or 0)
        raise ProbeError(f"no flow label to {destination}: {said}") from error
    return label
