"""Addresses of sockets: of a name, and the one that the kernel would send from over a link."""

from __future__ import annotations

import socket

from netkit.errors import ProbeError

_SO_BINDTOIFINDEX = 62

Address = tuple[str, int] | tuple[str, int, int, int]
"""A socket address as Python has it, for IPv4 or IPv6."""


def resolve(host: str, port: int, family: int = 0) -> Address:
    """The first address of a name or a literal; :class:`ProbeError` if there is none.

    ``family`` AF_INET or AF_INET6 takes only addresses of that kind.
    """
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_DGRAM)
    except socket.gaierror as error:
        raise ProbeError(f"{host} cannot be resolved: {error.strerror}") from error
    address = found[0][4]
    return address if len(address) == 4 else (str(address[0]), port)


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
