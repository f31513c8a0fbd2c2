"""What an event does to the clocks of hosts."""

from __future__ import annotations

from netkit.files.reading.yaml_sections import Section
from netkit.model.drills.scenario import ClockFault
from netkit.model.units import PPB, ms_to_us

_KEYS = ("host", "hosts", "drift_ppm", "offset_ms")
_MOST_PPM = 1000
_MOST_MS = 86_400_000
_PPM = 1_000_000


def read_clock_fault(section: Section) -> ClockFault:
    """Whose clocks go wrong, and how; what is wrong is noted."""
    section.allow(*_KEYS)
    hosts = names_of(section, "host")
    if not hosts:
        section.problem("clocks of no host", "host: or hosts: the routers of their hosts")
    drift_ppm = section.number("drift_ppm", low=-_MOST_PPM, high=_MOST_PPM, required=False) or 0.0
    offset_ms = section.number("offset_ms", low=-_MOST_MS, high=_MOST_MS, required=False) or 0.0
    if not (drift_ppm or offset_ms):
        section.problem("clocks that do nothing wrong", "drift_ppm, offset_ms or both, not 0")
    return ClockFault(hosts, ms_to_us(offset_ms), round(drift_ppm * (PPB // _PPM)))


def names_of(section: Section, key: str) -> tuple[str, ...]:
    """``key: NAME``, or the plural with a list; none twice."""
    one = section.text(key, required=False)
    several = [value.text() for value in section.items(f"{key}s", required=False)]
    return tuple(dict.fromkeys(name for name in (one, *several) if name is not None))
