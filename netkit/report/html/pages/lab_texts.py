"""What a page says of runs of the lab and of drills, by names that its scripts use."""

from __future__ import annotations

from collections.abc import Mapping

LAB_TEXTS: Mapping[str, str] = {
    "drill_borne": "{name}: packets bear out the plan",
    "drill_refuted": "{name}: packets do not bear out the plan",
    "drill_open": "{name}: of some phase no probe tells anything",
    "drill_hit": "{hit} of {directions} directions were hit, {lost} probes lost",
    "both_sentences": "{first} {then}",
    "outage_longest": "{ms} ms without service at the most",
    "outage_ever": "without service to the end",
    "loop": "What the lab showed",
    "value": "Value",
    "target": "Target",
    "meaning": "Meaning",
    "doubts": "Why pairs are in doubt",
    "ledger": "Ledger",
    "ledger_hint": "Five figures a direction, medians in ms: planned for the branch that the "
    "probes took, the certificate's worst, what the links held, what STAMP measured, and how far "
    "the clocks may be off. Stalled probes were held wrongly by the machine.",
    "direction": "Direction",
    "findings": "Findings",
    "true": "True, ms",
    "clock": "Clock ±, ms",
    "stalled": "Stalled",
    "certain": "Certain whatever the clocks say",
    "certain_hint": "The hosts had clocks of their own. What is certain of the p99 (of under 100 "
    "probes: of the maximum) whatever those clocks say, in ms, and what the lab knows to be true.",
    "certain_from": "From, ms",
    "certain_to": "To, ms",
    "certain_p99": "Certain of its p99, ms",
    "holds_truth": "Holds the truth",
    "clocked": "What clocks made of it",
    "backup_sooner": "Faster than the primary by {value} ms; netkit explain says why it is the "
    "backup.",
    "rows_more": "{count} more stand in the document.",
    "truth": "Truth p50, ms",
    "stamp_off": "STAMP off by, µs",
    "story": "What happened",
    "moment": "{s} s",
    "timelines": "What customers noticed",
    "timeline": "{src} → {dst}, phase by phase",
    "timeline_key": "Dots: single probes, by when they left and how long they took (ms); red ones "
    "are over the tier. Ticks below: probes that never arrived. Level lines: the worst that the "
    "plan certified for the phase. Without colour: routers change over, and nothing is certified.",
    "timeline_read": "Grey dots: what the hosts measured by clocks that were wrong.",
    "untouched": "Directions that crossed nothing that was hit, and noticed nothing: {count}",
    "tier_line": "tier {value} ms",
    "phase_told": "{name}: {verdict}, from {from} to {to} s",
    "spread": "Delays against plan and bound",
    "spread_bound": "Share of the bound, %",
    "spread_plan": "Share of probes by measured − planned, ms",
    "spread_key": "Left: grey to the floor, where light has the say; tick: planned; line from the "
    "minimum to p99, dot at p50; dashed: bound. Right: the share of probes that took no more. "
    "There solid, back dashed; shaded: as planned.",
    "spread_pair": "Measured against planned",
    "spread_pair_key": "The share of probes that took no more. There solid, back dashed; shaded: "
    "as planned.",
    "spread_label": "Measured delays of {src} – {dst} against the plan",
    "spread_label_bound": "Delays of {src} – {dst} against the bound",
    "cut_drilled": "cut or degraded in the drill",
}
