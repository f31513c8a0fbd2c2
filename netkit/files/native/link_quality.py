"""What a native file may say of a link beside delay, metric and capacity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netkit.files.reading.yaml_sections import Section, section_of
from netkit.model.units import percent_to_ppb

MAX_JITTER_US = 1_000_000
MAX_LOSS_PERCENT = 50.331642
"""Largest loss that routing protocols carry (RFC 8570 §4.4)."""

MAX_TE_METRIC = 0xFF_FFFF
"""Largest TE metric that routing protocols carry (RFC 5305 §3.7)."""

MAX_COST = 10**9
MIN_MTU_BYTES = 1280
"""What every IPv6 link carries (RFC 8200 §5)."""

MAX_MTU_BYTES = 65_535

LEG_KEYS = ("jitter_us", "loss_percent", "cost", "mtu_bytes")
LINK_KEYS = (*LEG_KEYS, "te_metric")

Ways = tuple[int | None, int | None]
"""From a to b, and back."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What was stated of a link; the rest is None."""

    jitter_us: Ways
    loss_ppb: Ways
    te_metric: Ways
    cost: int | None
    mtu_bytes: int | None

    @property
    def alike(self) -> bool:
        """Whether nothing is said of the way back that is not said of the way there."""
        ways = (self.jitter_us, self.loss_ppb, self.te_metric)
        return all(back in (None, there) for there, back in ways)

    def one_way(self) -> Quality:
        """The same without the way back."""
        ways = (self.jitter_us, self.loss_ppb, self.te_metric)
        jitter_us, loss_ppb, te_metric = ((there, None) for there, _ in ways)
        return Quality(jitter_us, loss_ppb, te_metric, self.cost, self.mtu_bytes)


def read_quality(section: Section, cost: int | None, mtu_bytes: int | None) -> Quality:
    """The figures of one link or leg; ``cost`` and ``mtu_bytes`` hold where it says nothing."""
    own_cost, own_mtu_bytes = read_cost(section), read_mtu(section)
    return Quality(
        _ways(section, "jitter_us", _jitter_us),
        _ways(section, "loss_percent", _loss_ppb),
        _ways(section, "te_metric", _te_metric),
        cost if own_cost is None else own_cost,
        mtu_bytes if own_mtu_bytes is None else own_mtu_bytes,
    )


def read_least_delay(section: Section) -> Ways:
    """``min_delay_us``, of either direction or both."""
    return _ways(section, "min_delay_us", _delay_us)


def read_cost(section: Section) -> int | None:
    """What use of a link costs, in the file's own unit."""
    return section.integer("cost", low=0, high=MAX_COST, required=False)


def read_mtu(section: Section) -> int | None:
    """The largest IPv6 packet, in bytes."""
    return section.integer("mtu_bytes", low=MIN_MTU_BYTES, high=MAX_MTU_BYTES, required=False)


def _ways(section: Section, key: str, read: Callable[[Section, str], int | None]) -> Ways:
    """One figure for both directions, or ``{ab: …, ba: …}``, of which one may be missing."""
    value = section.get(key)
    ways = section_of(value) if value is not None and value.is_mapping else None
    if ways is None:
        both = read(section, key)
        return both, both
    ways.allow("ab", "ba")
    return read(ways, "ab"), read(ways, "ba")


def _delay_us(section: Section, key: str) -> int | None:
    return section.integer(key, low=0, high=MAX_JITTER_US, required=False)


def _jitter_us(section: Section, key: str) -> int | None:
    return section.integer(key, low=0, high=MAX_JITTER_US, required=False)


def _loss_ppb(section: Section, key: str) -> int | None:
    percent = section.number(key, low=0, high=MAX_LOSS_PERCENT, required=False)
    return None if percent is None else percent_to_ppb(percent)


def _te_metric(section: Section, key: str) -> int | None:
    return section.integer(key, low=0, high=MAX_TE_METRIC, required=False)
