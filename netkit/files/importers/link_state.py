"""What link-state databases have in common: adjacencies seen from both ends, locators, numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv6Network

from netkit.files.importers.drafts import ArcDraft, LinkDraft, NodeDraft, QualityDraft, paired
from netkit.files.native.link_delays import MAX_DELAY_US
from netkit.files.native.link_quality import MAX_JITTER_US, MAX_LOSS_PERCENT, MAX_TE_METRIC
from netkit.files.native.links import MAX_CAPACITY_BPS, MAX_METRIC, MIN_METRIC
from netkit.files.reading.findings import Findings
from netkit.files.reading.json_source import Object, objects
from netkit.files.reading.numbers import number_of
from netkit.model.units import percent_to_ppb

BITS_PER_BYTE = 8
_MASK = re.compile(r"0x[0-9a-fA-F]{1,8}|0|[1-9][0-9]{0,9}")


def two_way_links(
    findings: Findings, arcs: Sequence[ArcDraft], *, both_ways: frozenset[str] = frozenset()
) -> list[LinkDraft]:
    """Links that both ends report; an IGP uses no other (ISO 10589, 7.2.8.2).

    A neighbour in ``both_ways`` may have reported more than what was printed: what leads to it is
    then taken for both directions, with a note.
    """
    links = []
    for link in paired(arcs):
        if not link.one_way:
            links.append(link)
        elif link.b in both_ways:
            findings.note(
                None, f"adjacency {link.a} to {link.b} is printed from one end only",
                expected="both ends", remedy="Taken as the same both ways",
            )  # fmt: skip
            links.append(
                replace(
                    link,
                    one_way=False,
                    delay_ba_us=link.delay_ab_us,
                    metric_ba=link.metric_ab,
                    quality_ba=link.quality_ab,
                )
            )
        else:
            what = f"adjacency {link.a} to {link.b} is not reported back and is left out"
            findings.note(None, what)
    return links


def known_ends(
    findings: Findings,
    arcs: Sequence[ArcDraft],
    nodes: Sequence[NodeDraft],
    remedy: str | None = None,
) -> list[ArcDraft]:
    """The arcs between nodes of the database; a neighbour that is not in it is noted."""
    known = {node.key for node in nodes}
    for arc in arcs:
        if arc.dst not in known:
            what = f"neighbour {arc.dst} of {arc.src} is not in the database"
            findings.note(None, what, remedy=remedy)
    return [arc for arc in arcs if arc.dst in known]


def metric_of(findings: Findings, where: str, word: str | None) -> int | None:
    """An IGP metric; None, with a note, for one that keeps a link out of SPF (RFC 5305 §3)."""
    value = number_of(word)
    if value is not None and value.is_integer() and MIN_METRIC <= value <= MAX_METRIC:
        return int(value)
    expected = f"{MIN_METRIC} to {MAX_METRIC}"
    findings.note(None, f"{where}: no usable metric, left out", word, expected)
    return None


def delay_of(findings: Findings, where: str, word: str | None) -> int | None:
    """A delay in µs, as TE extensions advertise it (RFC 8570)."""
    value = number_of(word)
    if word is None or (value is not None and 0 <= value <= MAX_DELAY_US):
        return None if value is None else round(value)
    findings.note(None, f"{where}: delay is not used", word, f"0 to {MAX_DELAY_US} µs")
    return None


def quality_of(
    findings: Findings, where: str, *, jitter_us: str | None, loss_percent: str | None,
    te_metric: str | None,
) -> QualityDraft:  # fmt: skip
    """Delay variation, loss (RFC 8570 §4.3, §4.4) and TE metric (RFC 5305 §3.7) of a direction."""
    jitter = _inside(findings, f"{where}: delay variation", jitter_us, MAX_JITTER_US)
    loss = _inside(findings, f"{where}: loss", loss_percent, MAX_LOSS_PERCENT)
    te = _inside(findings, f"{where}: TE metric", te_metric, MAX_TE_METRIC)
    return QualityDraft(
        None if jitter is None else round(jitter),
        None if loss is None else percent_to_ppb(loss),
        None if te is None else round(te),
    )


def _inside(findings: Findings, what: str, word: str | None, most: float) -> float | None:
    value = number_of(word)
    if word is None or (value is not None and 0 <= value <= most):
        return value
    findings.note(None, f"{what} is not used", word, f"0 to {most}")
    return None


def capacity_of(word: str | None) -> int | None:
    """Bits per second of a bandwidth in bytes per second (RFC 5305 §3.4)."""
    value = number_of(word)
    bps = None if value is None else round(value * BITS_PER_BYTE)
    return bps if bps is not None and 0 < bps <= MAX_CAPACITY_BPS else None


def admin_groups_of(word: str | None) -> frozenset[str]:
    """The bits that are set in a 32-bit mask (RFC 5305 §3.1), decimal or hexadecimal."""
    found = _MASK.fullmatch(word or "")
    mask = 0 if found is None else int(found[0], 0)
    return frozenset(str(bit) for bit in range(32) if mask >> bit & 1)


def locator_of(value: object) -> IPv6Network | None:
    """The first SRv6 locator in a value: a prefix of 16 to 64 bits under a key that says so."""
    for found in objects(value):
        for key, item in found.pairs:
            if "locator" not in key.lower():
                continue
            words = (
                [item, *(each for _, each in item.pairs)] if isinstance(item, Object) else [item]
            )
            for word in words:
                prefix = _prefix(word)
                if prefix is not None:
                    return prefix
    return None


def _prefix(word: object) -> IPv6Network | None:
    try:
        prefix = IPv6Network(word) if isinstance(word, str) and "/" in word else None
    except ValueError:
        return None
    return prefix if prefix is not None and 16 <= prefix.prefixlen <= 64 else None
