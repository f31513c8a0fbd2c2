"""Reading what chrony and ptp4l print about the clock that they hold. Text in, claims out."""

from __future__ import annotations

import math

from netkit.model.measurement.clock import CHRONY, ClockClaim, SyncSource
from netkit.model.units import NS_PER_S, ns_to_us

_CHRONY_FIELDS = 14
_LOCAL_REFERENCE = "7F7F01"
"""The reference id of a clock that is its own source: 127.127.1.x."""

_LARGEST_S = 1e9
"""An error of 30 years and more is no answer."""

_LEAPS = ("Normal", "Insert second", "Delete second", "Not synchronised")
_SHOWN = 60
_GNSS_NAMES = ("GPS", "GAL", "GLON", "BDS", "NMEA", "GNSS")
_PTP_NAMES = ("PHC", "PTP")
_CLOCK_ACCURACY_NS = dict(
    zip(
        range(0x20, 0x31),
        (
            25, 100, 250, 1_000, 2_500, 10_000, 25_000, 100_000, 250_000, 1_000_000, 2_500_000,
            10_000_000, 25_000_000, 100_000_000, 250_000_000, NS_PER_S, 10 * NS_PER_S,
        ),
        strict=True,
    )
)  # fmt: skip
"""The clockAccuracy of a grandmaster (IEEE 1588-2019 table 5); what is not here bounds nothing."""


def parse_chrony(text: str) -> ClockClaim | None:
    """The claim in what ``chronyc -c tracking`` prints; None if that is not what it is.

    The bound is that of chrony's documentation: |system time offset| + root dispersion + half the
    root delay. A chrony that serves its own clock (``local stratum``) says Normal and bounds
    nothing.
    """
    fields = text.strip().split(",")
    if len(fields) < _CHRONY_FIELDS:
        return None
    try:
        stratum = int(fields[2])
        offset_s, delay_s, dispersion_s = (float(fields[at]) for at in (4, 10, 11))
    except ValueError:
        return None
    error_s = abs(offset_s) + dispersion_s + abs(delay_s) / 2
    name, leap = fields[1], fields[13]
    if not (dispersion_s >= 0 and error_s < _LARGEST_S and leap in _LEAPS):
        return None
    if leap == "Not synchronised":
        return ClockClaim(CHRONY, False, None, None, "not synchronised to any source")
    if fields[0].upper().startswith(_LOCAL_REFERENCE):
        return ClockClaim(CHRONY, False, None, None, "serves its own clock, held by no source")
    error_ns = math.ceil(error_s * NS_PER_S)
    detail = f"stratum {stratum} from {name}, off by at most {ns_to_us(error_ns):.0f} µs"
    return ClockClaim(CHRONY, True, error_ns, _chrony_source(fields[0], stratum), detail)


def parse_pmc(text: str) -> ClockClaim | None:
    """The claim in what ``pmc`` prints of ptp4l's data sets; None if ptp4l did not answer.

    The bound is |offset from master| + mean path delay (the worst that asymmetry can do) + the
    accuracy that the grandmaster states of itself.
    """
    values = _pmc_values(text)
    states = values.get("portState", [])
    if not states:
        return None
    if not {"SLAVE", "MASTER"} & set(states) or values.get("gmPresent") == ["false"]:
        found = values.get("gmPresent") == ["true"]
        reason = "not locked to its grandmaster" if found else "no grandmaster"
        return ClockClaim("ptp4l", False, None, None, f"{reason}, port {', '.join(states)}")
    offset, delay = (_number(values, name) for name in ("offsetFromMaster", "meanPathDelay"))
    accuracy_ns = _accuracy_ns(values)
    if offset is None or delay is None or accuracy_ns is None:
        detail = "synchronised to a grandmaster that does not state its accuracy"
        return ClockClaim("ptp4l", True, None, SyncSource.PTP, detail)
    if abs(offset) + abs(delay) > _LARGEST_S * NS_PER_S:
        return None
    error_ns = math.ceil(abs(offset) + abs(delay)) + accuracy_ns
    detail = f"{offset:.0f} ns from its master, off by at most {ns_to_us(error_ns):.3f} µs"
    return ClockClaim("ptp4l", True, error_ns, SyncSource.PTP, detail)


def unreadable(by: str, text: str) -> ClockClaim:
    """The claim of a daemon whose program ended well, but printed what is no answer: nothing."""
    shown = " ".join(text.split())[:_SHOWN] or "nothing"
    return ClockClaim(
        by, False, None, None, f"printed what is no answer: {shown!r}",
        f"see what the program of {by} prints, and that it is of the daemon's own version",
    )  # fmt: skip


def _chrony_source(reference: str, stratum: int) -> SyncSource:
    """A reference clock of its own (stratum 1) has a name in the reference id, else it is NTP."""
    try:
        name = bytes.fromhex(reference).decode("ascii").upper()
    except ValueError:
        name = ""
    if stratum == 1 and name.startswith(_GNSS_NAMES):
        return SyncSource.GNSS
    if stratum == 1 and name.startswith(_PTP_NAMES):
        return SyncSource.PTP
    return SyncSource.NTP


def _pmc_values(text: str) -> dict[str, list[str]]:
    """All lines of a name and one value, under their names."""
    values: dict[str, list[str]] = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2:
            values.setdefault(words[0], []).append(words[1])
    return values


def _number(values: dict[str, list[str]], name: str) -> float | None:
    try:
        number = float(values[name][0])
    except (KeyError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _accuracy_ns(values: dict[str, list[str]]) -> int | None:
    try:
        return _CLOCK_ACCURACY_NS.get(int(values["gm.ClockAccuracy"][0], 16))
    except (KeyError, ValueError):
        return None
