"""What ``netkit probe certify`` shows people: a table of directions, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from netkit.language.words import counted, say
from netkit.model.verdict import Verdict
from netkit.report.terminal.plan import add_figures, left_out, new_table, verdict_text
from netkit.report.words.clocks import contradiction_text, doubt_text
from netkit.report.words.text import verdict_word, visible, worth_showing
from netkit.report.words.units import ns_text

if TYPE_CHECKING:
    from netkit.stats.clocks.certify import CertifiedMesh


def certified_table(mesh: CertifiedMesh, *, width: int, limit: int | None = None) -> RenderableType:
    """A row a direction: as measured, what it certainly is, its bound and its verdict."""
    table = new_table(say("one-way delay in ms, certified"), width)
    table.add_column(say("Pair"), ratio=1, overflow="fold")
    add_figures(table, "As measured", "From", "To", "Bound")
    table.add_column(say("Verdict"), no_wrap=True)
    shown = worth_showing(mesh.ways, limit, lambda one: one.certified.verdict)
    for one in shown:
        way, found = one.way, one.certified
        low, high = (
            (None, None) if found.delay is None else (found.delay.low_ns, found.delay.high_ns)
        )
        cells = (ns_text(value) for value in (way.figure_ns, low, high, found.bound_ns))
        pair = Text(visible(f"{way.src} → {way.dst}"))
        table.add_row(pair, *cells, verdict_text(found.verdict))
    return Group(table, *left_out(len(mesh.ways) - len(shown), "more direction"))


def certified_remarks(mesh: CertifiedMesh, drift_ppm: float) -> Iterator[str]:
    """What is to be known beside the table."""
    if mesh.contradiction is not None:
        why = contradiction_text(mesh.contradiction)
        yield say("No clocks explain these samples: {why}.", why=why)
        yield say("One of these stamps, positions or stated clock errors is wrong.")
    if mesh.silent:
        src, dst = mesh.silent[0]
        yield say(
            "No delay is known of {directions}, {first} first: nothing came back, or no stamp of it"
            " can be true.",
            directions=counted(len(mesh.silent), "direction"), first=visible(f"{src} → {dst}"),
        )  # fmt: skip
    for doubt in mesh.doubts:
        yield say("Nothing is certain between {doubt}.", doubt=doubt_text(doubt))
    yield say("Clocks are taken to gain or lose at most {drift} ppm.", drift=f"{drift_ppm:g}")
    yield certified_counts(mesh) + say(".")


def certified_counts(mesh: CertifiedMesh) -> str:
    """How many directions there are of each verdict."""
    verdicts = mesh.verdicts
    counts = Counter(verdicts)
    told = say(", ").join(
        f"{counts[verdict]} {verdict_word(verdict)}" for verdict in Verdict if counts[verdict]
    )
    return counted(len(verdicts), "direction") + say(": ") + (told or say("nothing arrived"))
