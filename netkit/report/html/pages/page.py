"""The page itself: its data as JSON, its style and its script, in one file without network.

All text comes from files of others. It stands in the page once, as JSON in a block that no browser
runs, and the script writes it as text alone; a content security policy lets the browser run that
script and no other, and load nothing. Same documents, same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from netkit.language.chosen import spoken
from netkit.model.network.topology import Topology
from netkit.report.html.pages.built import proposed
from netkit.report.html.pages.columns import VERDICTS, PairColumns
from netkit.report.html.pages.drill import contradictions, drill_data, drill_notes
from netkit.report.html.pages.failures import cut_data
from netkit.report.html.pages.headline import bound_notes, sentence
from netkit.report.html.pages.measured import run_notes, spread_axis
from netkit.report.html.pages.pairs import joined_pairs
from netkit.report.html.pages.places import link_facts, map_data, place_names
from netkit.report.html.pages.series import told_over_time
from netkit.report.html.pages.sources import Plain, Sources
from netkit.report.html.pages.tables import all_tables
from netkit.report.html.pages.texts import text, texts
from netkit.report.words.text import visible

SCRIPTS = (
    "data", "dom", "state", "scale", "save", "table", "views/headline", "views/rows",
    "views/matrix", "views/budget", "views/hops", "views/smoke", "views/events", "views/weeks",
    "views/series", "views/mapview", "views/map", "views/pairmap", "views/spread",
    "views/timeline", "views/pair", "views/cuts", "main",
)  # fmt: skip
"""The modules of the page, in the order they are read: each uses only those before it."""

LIVE = "live"
"""The module of a page that is served, and asks for what is new."""

CONNECTS = "; connect-src 'self'"
"""Of its content security policy, what it has beyond a page on disk."""


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page that is served, and its content security policy."""

    text: str
    policy: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the documents: the topology they are of, and a GeoJSON base map."""

    topology: Topology | None = None
    basemap: Plain = None


def report_page(sources: Sources, ground: Ground = Ground()) -> str:
    """The text of an HTML file that shows all ``sources``, problems first."""
    return _text(report_data(sources, ground), _script(SCRIPTS), "")


def live_page(data: Mapping[str, object]) -> Page:
    """The same page, of the data of :func:`report_data` with ``live``, that asks its own server for
    what is new and nobody else."""
    script = _script((*SCRIPTS[:-1], LIVE, SCRIPTS[-1]))
    return Page(_text(data, script, CONNECTS), _policy(script, CONNECTS))


def _policy(script: str, connects: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'{connects}"
    )


def _text(data: Mapping[str, object], script: str, connects: str) -> str:
    title = visible(str(data["topology"] or ""))
    kicker = text("kicker_live" if connects else "kicker")
    title = title or text("over_time")
    return _PAGE.format(
        language=spoken().value,
        policy=_policy(script, connects),
        title=html.escape(f"{kicker}: {title}"),
        style=_part("page.css"),
        headline=html.escape(str(data["sentence"])),
        kicker=html.escape(kicker),
        heading=html.escape(title),
        data=_inert(data),
        script=script,
    )


def report_data(sources: Sources, ground: Ground) -> dict[str, object]:
    """What the page holds; docs/report.md describes it."""
    pairs, columns = joined_pairs(sources), PairColumns()
    packed = columns.packed(pairs)
    names = columns.names
    data: dict[str, object] = {
        "texts": texts(),
        "topology": sources.first("topology"),
        "profile": sources.first("profile"),
        "started": None if sources.summary is None else sources.summary["run"]["started"],
        "schemas": [document["schema"] for document in sources.given],
        "sentence": sentence(pairs, sources),
        "verdicts": [verdict.value for verdict in VERDICTS],
        "count": len(pairs),
        "pairs": packed,
        "tables": all_tables(sources, pairs),
        **told_over_time(sources),
        "cuts": cut_data(sources.survival, pairs),
        "proposed": proposed(sources.advice),
        "alerts": contradictions(sources.drill),
        "notes": bound_notes(sources) + run_notes(sources.summary) + drill_notes(sources.drill),
        "drill": drill_data(sources.drill),
        "spread": spread_axis(sources.summary),
        "map": None,
        "facts": None,
        "places": None,
    }
    if ground.topology is not None:
        data["map"] = map_data(ground.topology, names, ground.basemap)
        data["facts"] = link_facts(ground.topology, columns.links.items, names.items)
        data["places"] = place_names(ground.topology, names.items)
    return {
        **data, "names": [visible(name) for name in names.items], "tiers": columns.tiers.items,
        "flows": list(map(visible, columns.flows.items)), "links": columns.links.items,
        "sids": columns.sids.items, "reasons": columns.reasons.items,
    }  # fmt: skip


def _inert(data: Mapping[str, object]) -> str:
    """JSON that cannot end the block it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _script(names: Iterable[str]) -> str:
    body = "".join(_part(f"{name}.js") for name in names)
    return f'"use strict";\n(() => {{\n{body}}})();\n'


def _part(name: str) -> str:
    return (
        files("netkit.report")
        .joinpath("templates", "page", *name.split("/"))
        .read_text(encoding="utf-8")
    )


_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="generator" content="netkit">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<p class="kicker">{kicker}</p>
<h1>{heading}</h1>
<p id="sentence">{headline}</p>
<p id="facts"></p>
<div id="notes"></div>
</header>
<main id="main"></main>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""
