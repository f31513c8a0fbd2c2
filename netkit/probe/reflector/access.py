"""Who may be answered, and how often: an allow-list of prefixes and token buckets. No clock here.

A bucket of rate r holds up to one second's worth of tokens, at least one. The buckets of sources
are bounded in number; when all are in use the one unused for the longest is given up, so that
forged sources cost memory nowhere. What they all get together is bounded by the bucket of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from netkit.model.units import NS_PER_S

IpNetwork = IPv4Network | IPv6Network

MAX_SOURCES = 16384

NOT_ALLOWED = "not_allowed"
SOURCE_RATE = "source_rate"
TOTAL_RATE = "total_rate"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_ns: int

    def fill(self, rate: float, now_ns: int) -> None:
        earned = rate * (now_ns - self.filled_ns) / NS_PER_S
        self.tokens = min(max(rate, 1.0), self.tokens + earned)
        self.filled_ns = now_ns


class AccessList:
    """``allowed`` prefixes (all, if empty) and rates in packets a second (None: unlimited)."""

    def __init__(
        self,
        allowed: Sequence[IpNetwork] = (),
        *,
        source_rate: float | None = None,
        total_rate: float | None = None,
        max_sources: int = MAX_SOURCES,
    ) -> None:
        self._allowed = tuple(allowed)
        self._source_rate = source_rate
        self._total_rate = total_rate
        self._max_sources = max_sources
        self._sources: dict[str, _Bucket] = {}
        self._total: _Bucket | None = None

    def admit(self, address: str, count: int, now_ns: int) -> tuple[int, str]:
        """How many of ``count`` requests are let in, and the reason for turning away the rest."""
        if self._allowed and not self._is_allowed(address):
            return 0, NOT_ALLOWED
        if self._source_rate is None and self._total_rate is None:
            return count, ""
        source, total = self._source(address, now_ns), self._all(now_ns)
        let_in, reason = count, ""
        for bucket, name in ((source, SOURCE_RATE), (total, TOTAL_RATE)):
            if bucket is not None and bucket.tokens < let_in:
                let_in, reason = int(bucket.tokens), name
        for bucket in (source, total):
            if bucket is not None:
                bucket.tokens -= let_in
        return let_in, reason

    def _is_allowed(self, address: str) -> bool:
        parsed = ip_address(address.partition("%")[0])
        return any(parsed in network for network in self._allowed)

    def _source(self, address: str, now_ns: int) -> _Bucket | None:
        """The source's bucket, moved to the end of the table, whose front is the longest unused."""
        if self._source_rate is None:
            return None
        bucket = self._sources.pop(address, None)
        if bucket is None:
            if len(self._sources) >= self._max_sources:
                del self._sources[next(iter(self._sources))]
            bucket = _Bucket(max(self._source_rate, 1.0), now_ns)
        bucket.fill(self._source_rate, now_ns)
        self._sources[address] = bucket
        return bucket

    def _all(self, now_ns: int) -> _Bucket | None:
        if self._total_rate is None:
            return None
        if self._total is None:
            self._total = _Bucket(max(self._total_rate, 1.0), now_ns)
        self._total.fill(self._total_rate, now_ns)
        return self._total
