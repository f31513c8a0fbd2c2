"""A flow before it starts: the socket that it leaves by, and what its session asks for."""

from __future__ import annotations

import secrets
from ipaddress import IPv6Address, ip_address

from netkit.model.measurement.campaign import CampaignFlow, Site
from netkit.model.units import NS_PER_MS
from netkit.probe.kernel.addresses import Address
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.run.send_options import SendOptions
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.request import request_tlvs, smallest_request
from netkit.wire.location import Location
from netkit.wire.return_path import SAME_LINK, ReturnPath
from netkit.wire.timestamps import ErrorEstimate
from netkit.wire.tlv import Tlv, TlvType
from netkit.wire.tlv_values import ClassOfService, DirectMeasurement

_ANY = {2: "0.0.0.0", 4: "::"}  # noqa: S104 - by the length of the destination's socket address
_MAX_SSID = 0xFFFF
_SOMEWHERE = ("::1", 0, 0, 0)


def send_options(
    flow: CampaignFlow, site: Site | None = None, key: bytes | None = None
) -> SendOptions:
    """What a flow of a campaign is asked to send, from the interface of ``site``."""
    return SendOptions(
        count=flow.count,
        interval_ms=flow.interval_ns / NS_PER_MS,
        timeout_ms=flow.timeout_ns / NS_PER_MS,
        request_bytes=flow.request_bytes or None,
        poisson=flow.poisson,
        dscp=flow.dscp,
        interface=None if site is None else site.interface,
        segments=tuple(map(IPv6Address, flow.segments)),
        return_segments=tuple(map(IPv6Address, flow.return_segments)),
        key=key,
    )


def least_request_bytes(options: SendOptions, asked: int | None, *, authenticated: bool) -> int:
    """``asked``, if probes can be of that size; without one, the least that they can have.

    Raises :class:`~netkit.errors.InputError` for a size that they cannot have.
    """
    tlvs = _asked(options, _SOMEWHERE)
    if asked is None:
        return smallest_request(tlvs, authenticated=authenticated)
    request_tlvs(asked, tlvs, authenticated=authenticated)
    return asked


def open_flow(options: SendOptions, flow: int, destination: Address) -> StampSocket:
    """The socket of the ``flow``-th flow to ``destination``, marked and routed as asked."""
    own_port = options.source_port + flow if options.source_port else 0
    source = _ANY[len(destination)] if options.source is None else str(options.source)
    opened = open_stamp_socket(source, own_port, options.interface)
    try:
        if options.dont_fragment:
            opened.never_fragment()
        if options.dscp or options.ecn:
            opened.mark(options.dscp << 2 | options.ecn)
        segments = options.segments
        if segments and segments[-1] == ip_address(destination[0].partition("%")[0]):
            segments = segments[:-1]
        opened.route_over(segments)
        if options.return_segments:
            opened.watch_routes()
    except BaseException:
        opened.close()
        raise
    return opened


def session_config(
    options: SendOptions, destination: Address, error: ErrorEstimate
) -> SessionConfig:
    """What a session to ``destination`` sends; SSID and seed are drawn anew."""
    tlvs = _asked(options, destination)
    least = smallest_request(
        tlvs, authenticated=options.key is not None, vouched=options.tlv_key is not None
    )
    return SessionConfig(
        count=options.count,
        interval_ns=int(options.interval_ms * NS_PER_MS),
        timeout_ns=int(options.timeout_ms * NS_PER_MS),
        ssid=1 + secrets.randbelow(_MAX_SSID),
        seed=secrets.randbits(32),
        request_bytes=least if options.request_bytes is None else options.request_bytes,
        error_estimate=error,
        poisson=options.poisson,
        burst=options.burst,
        tlvs=tlvs,
        key=options.key,
        tlv_key=options.tlv_key,
        need_ssid=options.need_ssid,
    )


def _asked(options: SendOptions, destination: Address) -> tuple[Tlv, ...]:
    tlvs = []
    if options.dscp or options.ecn:
        tlvs.append(Tlv(TlvType.CLASS_OF_SERVICE, ClassOfService(options.dscp).to_value()))
    if options.direct_measurement:
        tlvs.append(Tlv(TlvType.DIRECT_MEASUREMENT, DirectMeasurement(0).to_value()))
    if options.location:
        tlvs.append(Tlv(TlvType.LOCATION, Location.asking().to_value()))
    if options.segments:
        # A list may end anywhere: the reflector that answers shall be the one that is meant.
        node = ip_address(destination[0].partition("%")[0])
        tlvs.append(Tlv(TlvType.DESTINATION_NODE_ADDRESS, node.packed))
    code = SAME_LINK if options.same_link else None
    path = ReturnPath(code, options.return_address, segments=options.return_segments)
    if path != ReturnPath():
        tlvs.append(Tlv(TlvType.RETURN_PATH, path.to_value()))
    return tuple(tlvs)
