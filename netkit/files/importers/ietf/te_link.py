"""What RFC 8795 and RFC 8346 say of one link, and of one node.

Of delays, the maximum one way counts before the average and before ``te-delay-metric``; all are in
µs (RFC 8776, RFC 7471 §4.1). Bandwidth is in bytes per second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from netkit.files.importers.drafts import QualityDraft
from netkit.files.native.link_delays import MAX_DELAY_US
from netkit.files.native.link_quality import MAX_JITTER_US, MAX_LOSS_PERCENT, MAX_TE_METRIC
from netkit.files.native.links import MAX_CAPACITY_BPS, MAX_METRIC, MIN_METRIC
from netkit.files.reading.findings import Findings
from netkit.files.reading.json_source import Object, objects
from netkit.files.reading.numbers import number_of
from netkit.model.units import percent_to_ppb

BITS_PER_BYTE = 8

_DELAYS = ("one-way-max-delay", "one-way-delay", "te-delay-metric")
_HEX_FLOAT = re.compile(
    r"0[xX][0-9a-fA-F]{1,8}(\.[0-9a-fA-F]{0,12})?[pP](-[0-9]{1,3}|\+?[0-9]{1,2})"
)
_HEX_BYTES = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){0,31}")
_UP = ("up", "unknown")
_NOT_MEASURED = frozenset(("throttle", "bundled-links", "underlay", "information-source-entry"))
"""Thresholds (RFC 8776), other links, and what other sources say: leaves of the same names."""


@dataclass(frozen=True, slots=True)
class TeLink:
    """The figures of one direction; what is not said is None."""

    delay_us: int | None
    metric: int | None
    capacity_bps: int | None
    srlgs: frozenset[str]
    admin_groups: frozenset[str]
    quality: QualityDraft | None


def read_te_link(findings: Findings, link_id: str, link: Object) -> TeLink | None:
    """Read both augmentations; figures that are none, or too great, are noted and left out.

    None for a direction whose metric SPF does not take (RFC 5305 §3): another one is not made up.
    """
    te = link.section("te").section("te-link-attributes")
    l3 = link.section("l3-link-attributes")
    values = _Values(findings, link_id, te)
    metric = te.text("te-igp-metric") or l3.text("metric1")
    delay = next((word for name in _DELAYS if (word := values.find(name)) is not None), None)
    jitter = values.number("one-way-delay-variation", MAX_JITTER_US)
    loss = values.number("one-way-packet-loss", MAX_LOSS_PERCENT)
    te_metric = values.number("te-default-metric", MAX_TE_METRIC)
    quality = QualityDraft(
        None if jitter is None else round(jitter),
        None if loss is None else percent_to_ppb(loss),
        None if te_metric is None else round(te_metric),
    )
    us = values.checked("delay", delay, 0, MAX_DELAY_US)
    igp = values.checked("metric", metric, MIN_METRIC, MAX_METRIC)
    found = TeLink(
        None if us is None else round(us),
        None if igp is None else round(igp),
        values.capacity_bps(),
        frozenset(str(value) for value in leaves(te.section("te-srlgs"), "value")),
        _admin_groups(findings, link_id, te.text("administrative-group")),
        None if quality == QualityDraft() else quality,
    )
    return None if igp is None and metric is not None else found


def is_down(te: Object, attributes: str) -> str | None:
    """The state that keeps a node or link out of use, as the file states it; None if none does."""
    states = te.text("oper-status"), te.section(attributes).text("admin-status")
    return next((word for word in states if word is not None and word not in _UP), None)


class _Values:
    """Leaves of one link's TE attributes, wherever an augmentation has put them."""

    def __init__(self, findings: Findings, link_id: str, te: Object) -> None:
        self._findings = findings
        self._link_id = link_id
        self._te = te

    def find(self, leaf: str) -> str | None:
        """The first leaf of that name that is a figure of the link itself."""
        own = objects(self._te, beside=_NOT_MEASURED)
        return next((word for each in own if (word := each.text(leaf)) is not None), None)

    def number(self, leaf: str, most: float) -> float | None:
        """The leaf as a number from 0 on."""
        return self.checked(leaf, self.find(leaf), 0, most)

    def checked(self, what: str, word: str | None, low: float, most: float) -> float | None:
        """A number inside its limits; one that is outside is noted."""
        value = number_of(word)
        if word is None or (value is not None and low <= value <= most):
            return value
        what = f"link {self._link_id}: {what} is not used"
        self._findings.note(None, what, word, f"{low:g} to {most:.10g}")
        return None

    def capacity_bps(self) -> int | None:
        """The maximum bandwidth, in a hexadecimal float or a decimal number of bytes a second."""
        word = self._te.section("max-link-bandwidth").section("te-bandwidth").text("generic")
        if word is None:
            return None
        known = float.fromhex(word) if _HEX_FLOAT.fullmatch(word) else number_of(word)
        most = MAX_CAPACITY_BPS / BITS_PER_BYTE
        if known is not None and 0 < known <= most and (bps := round(known * BITS_PER_BYTE)):
            return bps
        what = f"link {self._link_id}: max-link-bandwidth is not used"
        self._findings.note(None, what, word, "bytes a second, as 0x1p30 or a decimal number")
        return None


def leaves(of: Object, name: str) -> list[object]:
    """A leaf-list: an array in JSON, repeated elements in XML."""
    found = [value for key, value in of.pairs if key == name]
    return [item for value in found for item in (value if isinstance(value, list) else [value])]


def _admin_groups(findings: Findings, link_id: str, word: str | None) -> frozenset[str]:
    """The bits of a hex-string, the last byte the lowest (RFC 8776)."""
    if word is None or not _HEX_BYTES.fullmatch(word):
        if word is not None:
            what = f"link {link_id}: administrative-group is not used"
            findings.note(None, what, word, "bytes such as 00:00:00:05")
        return frozenset()
    mask = int(word.replace(":", ""), 16)
    return frozenset(str(bit) for bit in range(mask.bit_length()) if mask >> bit & 1)
