"""Pairing on the terminal: the registry of pairs, the sites, what is left over and what helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from netkit.errors import counted
from netkit.model.placement.assignment import Assignment, Pairing
from netkit.model.planning.tier import BASIS
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.documents.document import ms
from netkit.report.terminal.place import backup_text
from netkit.report.terminal.plan import WIDE, add_figures, left_out, new_table, verdict_text
from netkit.report.words.placement import refusal_text
from netkit.report.words.text import visible
from netkit.report.words.units import MISSING, bound_text, gbps_text, ms_text


def pairing_table(
    pairing: Pairing, title: str, *, width: int, limit: int | None = None
) -> RenderableType:
    """Everything that an assignment says, ``limit`` rows of each; what it comes to stands last."""
    return Group(
        *_sites(pairing, width, limit),
        *_registry(pairing, title, width, limit),
        *_unplaced(pairing, limit),
        *_help(pairing, limit),
        Text(_sum_text(pairing)),
    )


def _registry(
    pairing: Pairing, title: str, width: int, limit: int | None
) -> Iterator[RenderableType]:
    wide = width >= WIDE
    table = new_table(f"{title}: pairs, {BASIS} delay guaranteed, ms", width)
    table.add_column("City ↔ site", ratio=4, overflow="fold")
    table.add_column("Class", ratio=2, overflow="fold")
    add_figures(table, pairing.unit.capitalize(), "Delay")
    if wide:
        add_figures(table, "Bound")
    add_figures(table, "Margin")
    table.add_column("Backup site", ratio=3, overflow="fold")
    if wide:
        table.add_column("结对子", no_wrap=True)
    for one in pairing.assignments[:limit]:
        table.add_row(*_row(one, wide=wide))
    yield table
    yield from _more(pairing.assignments, limit, "pair")


def _more(rows: Sequence[object], limit: int | None, what: str) -> Iterator[Text]:
    return left_out(0 if limit is None else len(rows[limit:]), what)


def _row(one: Assignment, *, wide: bool) -> Iterator[RenderableType]:
    option = one.option
    yield Text(visible(f"{one.demand.city.name} ↔ {option.site.name}"))
    yield Text(visible(one.demand.workload.name))
    yield f"{one.amount:g}"
    yield ms_text(ms(option.reach.delay_us))
    if wide:
        yield bound_text(us_to_ms(option.bound_us))
    yield ms_text(ms(option.margin_us))
    yield Text(backup_text(option.backup))
    if wide:
        yield "pair" if one.paired else ""


def _sum_text(pairing: Pairing) -> str:
    placed = sum(one.amount for one in pairing.assignments)
    left = sum(one.amount for one in pairing.unplaced)
    pairs = {(one.demand.city.name, one.option.site.name) for one in pairing.assignments}
    west = {
        (one.demand.city.name, one.option.site.name) for one in pairing.assignments if one.paired
    }
    proof = "proved best" if pairing.proved else "not proved best: the solver gave up"
    text = f"{placed:g} {pairing.unit} placed, {left:g} not; {counted(len(pairs), 'pair')}, "
    return text + f"{len(west)} of them of the west with east or centre; {proof}"


def _sites(pairing: Pairing, width: int, limit: int | None) -> Iterator[RenderableType]:
    table = new_table(f"Sites, {pairing.unit}", width)
    table.add_column("Site", ratio=3, overflow="fold")
    table.add_column("Hub", ratio=3, overflow="fold")
    add_figures(table, "Used", "Capacity")
    for site in pairing.sites[:limit]:
        room = MISSING if site.capacity is None else f"{site.capacity:g}"
        table.add_row(
            Text(visible(site.name)), visible(site.hub or MISSING), f"{pairing.used(site):g}", room
        )
    yield table
    yield from _more(pairing.sites, limit, "site")


def _unplaced(pairing: Pairing, limit: int | None) -> Iterator[Text]:
    for one in pairing.unplaced[:limit]:
        text = verdict_text(Verdict.BREACH)
        what = f" {one.amount:g} {pairing.unit} of {one.demand.name}, {one.demand.city.name}: "
        text.append(visible(what), "default")
        yield text.append(visible(refusal_text(one.refusal)), "dim")
    yield from _more(pairing.unplaced, limit, "demand")


def _help(pairing: Pairing, limit: int | None) -> Iterator[Text]:
    if pairing.additions is None:
        yield Text("What would help was not decided: the solver gave up", "dim")
    additions = pairing.additions or ()
    for one in additions[:limit]:
        parts = [f"{one.amount:g} {pairing.unit}"] if one.amount else []
        parts += [gbps_text(one.bandwidth_bps)] if one.bandwidth_bps else []
        yield Text(visible(f"Would help: {' and '.join(parts)} more at {one.site.name}"))
    yield from _more(additions, limit, "site")
