"""The routes of a namespace, read: all of them, or netkit's own, of which none is overlooked."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.apply.linux.route_socket import RTM_GETROUTE, RouteSocket
from netkit.apply.linux.rtnetlink import AF_INET, AF_INET6, decoded, every, is_cached
from netkit.apply.objects import Route
from netkit.emit.linux.words import PROTOCOL

_ANY = 0
_MOST_READINGS = 10


def all_routes(socket: RouteSocket, names: dict[int, str]) -> Iterator[tuple[int, Route]]:
    """All routes that somebody made, each with its protocol; ``names`` are those of interfaces by
    index."""
    for message in _messages(socket, _ANY):
        yield decoded(message, names)


def own_routes(socket: RouteSocket, names: dict[int, str]) -> tuple[Route, ...]:
    """netkit's own.

    Where a table of IPv6 changes between two parts of an answer, the kernel begins at its root
    again and passes over as many nodes as it had been at (``fib6_dump_table``): what is there may
    be left out or come twice, and nothing says so. So only netkit's are asked for, which mostly are
    one part, and again until two readings in a row are alike.
    """
    found, before = _reading(socket), _reading(socket)
    for _ in range(_MOST_READINGS):
        if found.keys() == before.keys():
            break
        found, before = _reading(socket), found
    else:
        found |= before
    read = (decoded(message, names) for message in found)
    return tuple(dict.fromkeys(route for protocol, route in read if protocol == PROTOCOL))


def _reading(socket: RouteSocket) -> dict[bytes, None]:
    return dict.fromkeys(_messages(socket, PROTOCOL))


def _messages(socket: RouteSocket, protocol: int) -> Iterator[bytes]:
    """Of one protocol or of any; kernels before 4.20 answer with those of all."""
    for family in (AF_INET, AF_INET6):
        for message in socket.dump(RTM_GETROUTE, every(family, protocol)):
            if not is_cached(message):
                yield message
