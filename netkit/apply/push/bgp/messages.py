"""Messages of GoBGP's gRPC interface, ``api/gobgp.proto``, the same in v3.10.0 and v3.36.0.

NLRI and attributes go in and come out as BGP has them on the wire (``nlri_binary``,
``pattrs_binary``), so that what is compared is what BGP says.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.apply.push.bgp import protobuf
from netkit.errors import WireError
from netkit.wire.bgp_sr_policy.update import (
    SAFI,
    announcement_from_attributes,
    attributes,
    nlri_from_bytes,
    nlri_to_bytes,
)
from netkit.wire.bgp_sr_policy.values import Announcement, Nlri

ADD_PATH = "/apipb.GobgpApi/AddPath"
DELETE_PATH = "/apipb.GobgpApi/DeletePath"
LIST_PATH = "/apipb.GobgpApi/ListPath"

_AFI_IPV6 = 2
_FAMILY = protobuf.number(1, _AFI_IPV6) + protobuf.number(2, SAFI)
_PATH_IS_WITHDRAW, _PATH_FAMILY, _PATH_NEIGHBOR = 5, 9, 15
_PATH_NLRI, _PATH_ATTRIBUTES = 20, 21
_NEXT_HOP_SELF = IPv6Address(0)
"""GoBGP puts its own address of the session in its place."""


@dataclass(frozen=True, slots=True)
class Held:
    """A path in the table of GoBGP that was injected there: its name, and what it says, None where
    that is nothing that netkit can read."""

    nlri: Nlri
    announcement: Announcement | None


def add_path(announcement: Announcement) -> bytes:
    """AddPathRequest."""
    path = protobuf.data(_PATH_FAMILY, _FAMILY)
    path += protobuf.data(_PATH_NLRI, nlri_to_bytes(announcement.nlri))
    for one in attributes(announcement, _NEXT_HOP_SELF):
        path += protobuf.data(_PATH_ATTRIBUTES, one)
    return protobuf.data(3, path)


def delete_path(nlri: Nlri) -> bytes:
    """DeletePathRequest of one path. Without a path it would mean all of them."""
    path = protobuf.number(_PATH_IS_WITHDRAW, 1)
    path += protobuf.data(_PATH_FAMILY, _FAMILY)
    path += protobuf.data(_PATH_NLRI, nlri_to_bytes(nlri))
    return protobuf.data(3, _FAMILY) + protobuf.data(4, path)


def list_path() -> bytes:
    """ListPathRequest of the whole table of SR Policies with IPv6 endpoints."""
    only_binary = protobuf.number(9, 1)
    return protobuf.data(3, _FAMILY) + only_binary


def injected(response: bytes) -> list[Held]:
    """The paths of a ListPathResponse that came by gRPC, and not from a neighbor.

    Raises :class:`WireError` where the message is not whole.
    """
    found = []
    for destination in _messages(response, 1):
        for path in _messages(destination, 2):
            neighbor = b"".join(_messages(path, _PATH_NEIGHBOR)).decode("ascii", "replace")
            if neighbor in ("", "<nil>", "invalid IP"):
                found.append(_held(path))
    return found


def _held(path: bytes) -> Held:
    packed = b"".join(_messages(path, _PATH_NLRI))
    nlri = nlri_from_bytes(packed)
    try:
        return Held(nlri, announcement_from_attributes(packed, _messages(path, _PATH_ATTRIBUTES)))
    except WireError:
        return Held(nlri, None)


def _messages(message: bytes, field: int) -> list[bytes]:
    found = [value for own, value in protobuf.fields(message) if own == field]
    return [one for one in found if isinstance(one, bytes)]
