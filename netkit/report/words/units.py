"""How figures are written for people: each with its unit, a dash where one is missing."""

from __future__ import annotations

from netkit.model.units import BPS_PER_GBPS, ns_to_ms, ppb_to_percent, us_to_ms

MISSING = "–"


def ms_text(value_ms: float | None, digits: int = 3) -> str:
    """A delay in ms without its unit; a dash if it is missing."""
    return MISSING if value_ms is None else f"{value_ms:.{digits}f}"


def delay_text(delay_us: float | None) -> str:
    """A delay in µs as ms with its unit: ``1.500 ms``; a dash if it is missing."""
    return MISSING if delay_us is None else f"{us_to_ms(delay_us):.3f} ms"


def ns_text(duration_ns: float | None) -> str:
    """A duration in ns as ms without its unit, to the µs; a dash if it is missing."""
    return ms_text(None if duration_ns is None else ns_to_ms(duration_ns))


def bound_text(bound_ms: float) -> str:
    """A bound in ms without zeros that say nothing: ``20``, ``1.5``."""
    return f"{bound_ms:.3f}".rstrip("0").rstrip(".")


def percent_text(share: float | None) -> str:
    """A share as percent; only nothing is shown as 0 and only all as 100; a dash if missing."""
    if share is None:
        return MISSING
    if share in (0, 1):
        return "100 %" if share else "0 %"
    shown = min(max(100 * share, 0.1), 99.9)
    return f"{f'{shown:.1f}'.removesuffix('.0')} %"


def loss_text(loss_ppb: int) -> str:
    """A loss in parts per billion as percent, without zeros that say nothing: ``0.0005 %``."""
    return f"{ppb_to_percent(loss_ppb):g} %"


def gbps_text(bandwidth_bps: float | None) -> str:
    """A bandwidth in Gbit/s, without zeros that say nothing: ``2.5 Gbit/s``; a dash if missing."""
    if bandwidth_bps is None:
        return MISSING
    return f"{bandwidth_bps / BPS_PER_GBPS:.9f}".rstrip("0").rstrip(".") + " Gbit/s"
