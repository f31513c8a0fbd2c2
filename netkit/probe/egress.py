"""Sending a reply the way that its request asked for."""

from __future__ import annotations

from netkit.probe.ancillary import marking
from netkit.probe.reflector import Reply
from netkit.probe.sockets import Address, Datagram, StampSocket
from netkit.probe.tlv_answers import PLAIN, Egress


def send_reply(socket: StampSocket, reply: Reply, request: Datagram) -> str | None:
    """Send ``reply`` from the address that ``request`` came to; why it could not be, or None."""
    egress = reply.egress
    if egress is PLAIN:
        return socket.send(reply.data, request.source, reply, request.answer_from)
    control = request.answer_from
    if egress.traffic_class is not None:
        control = (*control, marking(socket.family, egress.traffic_class))
    destination = _destination(egress, request.source)
    # The last segment may be the destination itself; a header names it once.
    segments = egress.segments
    if segments and str(segments[-1]) == destination[0]:
        segments = segments[:-1]
    if not segments:
        return socket.send(reply.data, destination, reply, control)
    # Linux takes a segment routing header as an option of the socket only.
    socket.route_over(segments)
    try:
        return socket.send(reply.data, destination, reply, control)
    finally:
        socket.route_over(())


def _destination(egress: Egress, source: Address) -> Address:
    if egress.address is None:
        return source
    address: Address = (str(egress.address), source[1])
    return address if len(source) == 2 else (*address[:2], 0, 0)
