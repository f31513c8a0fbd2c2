"""Who may be answered, and how often: an allow-list, ports nobody sends from, rates. No clock here.

A reflector answers whoever a request says that it is from. So a single forged datagram could set
it and another service to answering each other: ports on which services answer are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from netkit.probe.reflector.admission.buckets import IPV4_LENGTH, MAX_NETWORKS, Rates, network_of
from netkit.probe.reflector.admission.buckets import SOURCE_RATE as SOURCE_RATE
from netkit.probe.reflector.admission.buckets import TOTAL_RATE as TOTAL_RATE
from netkit.wire.ports import STAMP_PORT

IpNetwork = IPv4Network | IPv6Network

NOT_ALLOWED = "not_allowed"
REFLECTOR_PORT = "from_reflector_port"
SERVICE_PORT = "from_service_port"

SERVICE_PORTS = 1024
"""Below it services answer that anybody may ask (echo, DNS, NTP), and hardly any sender sends."""


class AccessList:
    """``allowed`` prefixes (all, if empty) and rates in packets a second (None: unlimited).

    Rates are of each IPv6 /64 and each IPv4 prefix of ``ipv4_length`` bits. ``max_sources`` of
    them are remembered. What cannot prove that it is authentic, where proof is asked for, is
    charged to buckets of its own with the same rates, so that it costs the honest nothing.
    """

    def __init__(
        self,
        allowed: Sequence[IpNetwork] = (),
        *,
        source_rate: float | None = None,
        total_rate: float | None = None,
        ipv4_length: int = IPV4_LENGTH,
        max_sources: int = MAX_NETWORKS,
    ) -> None:
        self._allowed = tuple(allowed)
        self._named = frozenset(
            network.network_address
            for network in allowed
            if network.prefixlen == network.max_prefixlen
        )
        self._ipv4_length = ipv4_length
        self._rates = Rates(source_rate, total_rate, max_sources)
        self._junk = Rates(source_rate, total_rate, max_sources)

    def refuses(self, source: tuple[str, int], own_port: int) -> str:
        """Why nobody at ``source`` is answered, whatever is asked; empty if somebody is.

        A peer that is allowed by its own address, not by a network's, may use a service's port.
        """
        address, port = source
        if port in (STAMP_PORT, own_port):
            return REFLECTOR_PORT
        if port < SERVICE_PORTS and not self.names(address):
            return SERVICE_PORT
        if self._allowed and not self._is_allowed(address):
            return NOT_ALLOWED
        return ""

    def limit_sources(self, source_rate: float | None) -> None:
        """Another rate of each network from now on."""
        self._rates.limit_sources(source_rate)
        self._junk.limit_sources(source_rate)

    def names(self, address: str) -> bool:
        """Whether exactly this address is allowed, as a prefix of full length."""
        return bool(self._named) and ip_address(address.partition("%")[0]) in self._named

    def charge(
        self, address: str, count: int, now_ns: int, *, junk: bool = False
    ) -> tuple[int, str]:
        """How many of ``count`` requests the rates let in, and the reason against the rest.

        ``junk`` is what has proved nothing.
        """
        rates = self._junk if junk else self._rates
        if not rates.limited:
            return count, ""
        return rates.take(network_of(address, self._ipv4_length), count, now_ns)

    def _is_allowed(self, address: str) -> bool:
        parsed = ip_address(address.partition("%")[0])
        return any(parsed in network for network in self._allowed)
