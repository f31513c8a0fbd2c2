"""Sending a reply the way that its request asked for."""

from __future__ import annotations

from socket import AF_INET6

from netkit.probe.kernel.addresses import Address, source_on_link
from netkit.probe.kernel.control_messages import leaving, marking
from netkit.probe.kernel.datagrams import AnswerFrom, Datagram
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import PLAIN, Egress
from netkit.probe.reflector.replies import Reply
from netkit.wire.srh import source_route

_LINK_LOCAL = "fe80:"
_NO_WAY = "no way back over that link"
_NO_ROOM = "no padding in the place of a segment routing header"


def send_answer(
    reflector: Reflector, socket: StampSocket, reply: Reply, request: Datagram
) -> str | None:
    """Send ``reply``; why it could not be sent, or None.

    If the way back that was asked for cannot be taken, it is sent the plain way and says so
    (RFC 9503 §4).
    """
    reason = _send(reflector, socket, reply, request)
    if reason is None or not reply.egress.detour:
        return reason
    return _send(reflector, socket, reflector.refuse_return_path(reply), request)


def _send(reflector: Reflector, socket: StampSocket, reply: Reply, request: Datagram) -> str | None:
    """Send ``reply`` from the address that ``request`` came to; why it could not be, or None."""
    egress = reply.egress
    if egress is PLAIN:
        return socket.send(reply.data, request.source, reply, request.answer_from)
    local = request.sent_to if egress.source is None else str(egress.source)
    control: AnswerFrom | None = request.answer_from
    if egress.same_link:
        control = None if local is None else _over_link(socket, request, local)
    elif egress.source is not None:
        control = (leaving(str(egress.source)),)
    if control is None:
        return _NO_WAY
    if egress.traffic_class is not None:
        control = (*control, marking(socket.family, egress.traffic_class))
    destination = _destination(egress, request.source)
    # The last segment may be the destination itself; a header names it once.
    segments = egress.segments
    if segments and str(segments[-1]) == destination[0]:
        segments = segments[:-1]
    if not segments:
        return socket.send(reply.data, destination, reply, control)
    # The header takes the place of padding: no packet is longer than the one that asked for it.
    shortened = reflector.shortened(reply, len(source_route(segments)))
    if shortened is None:
        return _NO_ROOM
    # Linux takes a segment routing header as an option of the socket only.
    socket.route_over(segments)
    try:
        return socket.send(shortened.data, destination, reply, control)
    finally:
        socket.route_over(())


def _over_link(socket: StampSocket, request: Datagram, local: str) -> AnswerFrom | None:
    """From ``local`` out by the interface that the request came in by; None if it cannot be.

    Linux keeps an IPv6 datagram to an interface only if the destination is on the link itself, or
    if it may choose the source address too. So its choice has to be ``local``.
    """
    if not request.interface:
        return None
    if socket.family != AF_INET6 or request.source[0].startswith(_LINK_LOCAL):
        return (leaving(local, request.interface),)
    if source_on_link(request.interface, request.source) != local:
        return None
    return (leaving("::", request.interface),)


def _destination(egress: Egress, source: Address) -> Address:
    if egress.address is None:
        return source
    address: Address = (str(egress.address), source[1])
    return address if len(source) == 2 else (*address[:2], 0, 0)
