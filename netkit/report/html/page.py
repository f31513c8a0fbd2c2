"""The report as one HTML file that opens from disk: no network, no other file.

All text comes from files of others, so the templates escape every expression; a content security
policy in the page forbids it to load anything. Same results, same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING

from netkit.language.chosen import spoken
from netkit.language.words import counted, say
from netkit.model.network.topology import Topology
from netkit.model.srv6.segment_list import CandidatePath
from netkit.model.units import us_to_ms
from netkit.report.basis import basis_text
from netkit.report.documents.document import ms
from netkit.report.figures import figures_of, stamp_error_ms
from netkit.report.headlines import headlines
from netkit.report.html.map_drawing import draw_map
from netkit.report.html.strips import draw_strips
from netkit.report.results import TOLERANCE_MS, TOLERANCE_SHARE, LoopResults, planned_us
from netkit.report.segments import segment_names, sid_addresses
from netkit.report.words.backups import backup_text, faster_backup_text
from netkit.report.words.doubt import doubt_lines, finding_text, ledger_word, truth_word
from netkit.report.words.reasons import reason_text
from netkit.report.words.text import bounds_words, verdict_word, visible
from netkit.report.words.units import MISSING, bound_text, ms_text, percent_text

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATE = "report.html.j2"


def render_html(results: LoopResults) -> str:
    """The whole report as the text of an HTML file."""
    return (
        environment(results.topology)
        .get_template(TEMPLATE)
        .render(
            results=results,
            topology=results.topology,
            lab=results.lab,
            run=results.run,
            tolerance=(TOLERANCE_MS, TOLERANCE_SHARE),
            headlines=headlines(figures_of(results), results.lab),
            map=draw_map(results),
            strips=draw_strips(results),
        )
    )


def environment(topology: Topology) -> Environment:
    """Where the templates of reports on ``topology`` live, and what they may call."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("netkit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(_filters(topology))
    script = files("netkit.report").joinpath("templates/report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # The page runs this script and no other, whatever a name that got into it may hold.
    made.globals.update(
        missing=MISSING, script=script, script_digest=f"sha256-{digest}", say=say,
        language=spoken().value,
    )  # fmt: skip
    return made


def _filters(topology: Topology) -> dict[str, Callable[..., object]]:
    """What templates may do with values, by the words that they call it by."""

    def sids(candidate: CandidatePath) -> list[tuple[str, str]]:
        addresses, names = sid_addresses(candidate, topology), segment_names(candidate, topology)
        return list(zip(addresses, names, strict=True))

    return {
        "visible": visible,
        "bounds_words": bounds_words,
        "ms": ms_text,
        "us": lambda delay_us, digits=3: ms_text(ms(delay_us), digits),
        "error_us": _error_us,
        "closed": lambda text: visible(text).replace(" %", "\u00a0%").replace(" ms", "\u00a0ms"),
        "bound": lambda bound_us: bound_text(us_to_ms(bound_us)),
        "percent": percent_text,
        "planned": planned_us,
        "stamp_error": lambda way: stamp_error_ms([way]),
        "sids": sids,
        "basis": lambda certificate: basis_text(certificate, topology),
        "reason": lambda why: reason_text(why.evidence),
        "backup_reason": backup_text,
        "faster_backup": faster_backup_text,
        "doubts": doubt_lines,
        "ledger_word": ledger_word,
        "truth_word": truth_word,
        "finding": finding_text,
        "counted": counted,
        "verdict_word": verdict_word,
    }


def _error_us(error_ms: float | None) -> str:
    return MISSING if error_ms is None else f"{1000 * error_ms:.0f}"
