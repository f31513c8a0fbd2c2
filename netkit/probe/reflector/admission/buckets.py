"""Token buckets by network: how often, in memory that no number of sources can fill. No clock here.

A bucket of rate r holds up to one second's worth of tokens, at least one. Whoever has a whole
IPv6 /64 sends from any of its addresses, and whoever forges an address forges its neighbours too,
so a bucket is a network's. The buckets are bounded in number; when all are in use the one unused
for the longest is given up. What all get together is bounded by the bucket of all.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from netkit.model.units import NS_PER_S

MAX_NETWORKS = 16384
IPV4_LENGTH = 24
IPV6_LENGTH = 64
SOURCE_RATE = "source_rate"
TOTAL_RATE = "total_rate"

Network = tuple[int, int]
"""IP version, and the bits of the prefix."""


@lru_cache(maxsize=4096)
def network_of(address: str, ipv4_length: int = IPV4_LENGTH) -> Network:
    """The /64, or in IPv4 the prefix of ``ipv4_length`` bits, that an address lies in."""
    if ":" not in address:
        return 4, int(IPv4Address(address)) >> (32 - ipv4_length)
    return 6, int(IPv6Address(address.partition("%")[0])) >> (128 - IPV6_LENGTH)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_ns: int

    def fill(self, rate: float, now_ns: int) -> None:
        earned = rate * (now_ns - self.filled_ns) / NS_PER_S
        self.tokens = min(max(rate, 1.0), self.tokens + earned)
        self.filled_ns = now_ns


class Rates:
    """Requests a second of each network and of all together; None: unlimited."""

    def __init__(
        self, source_rate: float | None, total_rate: float | None, max_networks: int = MAX_NETWORKS
    ) -> None:
        self._source_rate = source_rate
        self._total_rate = total_rate
        self._max_networks = max_networks
        self._networks: OrderedDict[Network, _Bucket] = OrderedDict()
        self._total: _Bucket | None = None

    def limit_sources(self, source_rate: float | None) -> None:
        """Another rate of each network from now on."""
        self._source_rate = source_rate

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return self._source_rate is not None or self._total_rate is not None

    def take(self, network: Network, count: int, now_ns: int) -> tuple[int, str]:
        """How many of ``count`` requests may come, and the reason against the rest."""
        source, total = self._source(network, now_ns), self._all(now_ns)
        let_in, reason = count, ""
        for bucket, name in ((source, SOURCE_RATE), (total, TOTAL_RATE)):
            if bucket is not None and bucket.tokens < let_in:
                let_in, reason = int(bucket.tokens), name
        for bucket in (source, total):
            if bucket is not None:
                bucket.tokens -= let_in
        return let_in, reason

    def _source(self, network: Network, now_ns: int) -> _Bucket | None:
        """Its bucket, moved to the end of the table, whose front is the longest unused."""
        if self._source_rate is None:
            return None
        bucket = self._networks.get(network)
        if bucket is None:
            if len(self._networks) >= self._max_networks:
                self._networks.popitem(last=False)
            self._networks[network] = bucket = _Bucket(max(self._source_rate, 1.0), now_ns)
        self._networks.move_to_end(network)
        bucket.fill(self._source_rate, now_ns)
        return bucket

    def _all(self, now_ns: int) -> _Bucket | None:
        if self._total_rate is None:
            return None
        if self._total is None:
            self._total = _Bucket(max(self._total_rate, 1.0), now_ns)
        self._total.fill(self._total_rate, now_ns)
        return self._total
