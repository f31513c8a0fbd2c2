"""Pairing on the terminal: the registry of pairs, the sites, what is left over and what helps."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from netkit.errors import counted
from netkit.model.placement.assignment import Assignment, Pairing
from netkit.model.planning.tier import BASIS
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.documents.document import ms
from netkit.report.terminal.place import backup_text
from netkit.report.terminal.plan import WIDE, add_figures, new_table, verdict_text
from netkit.report.words.placement import refusal_text
from netkit.report.words.text import visible
from netkit.report.words.units import MISSING, bound_text, gbps_text, ms_text


def pairing_table(pairing: Pairing, title: str, *, width: int) -> RenderableType:
    """Everything that an assignment says, pairs first."""
    return Group(
        _registry(pairing, title, width),
        Text(_sum_text(pairing)),
        Text(),
        _sites(pairing, width),
        *_unplaced(pairing),
        *_help(pairing),
    )


def _registry(pairing: Pairing, title: str, width: int) -> RenderableType:
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
    for one in pairing.assignments:
        table.add_row(*_row(one, wide=wide))
    return table


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


def _sites(pairing: Pairing, width: int) -> RenderableType:
    table = new_table(f"Sites, {pairing.unit}", width)
    table.add_column("Site", ratio=3, overflow="fold")
    table.add_column("Hub", ratio=3, overflow="fold")
    add_figures(table, "Used", "Capacity")
    for site in pairing.sites:
        room = MISSING if site.capacity is None else f"{site.capacity:g}"
        table.add_row(
            Text(visible(site.name)), visible(site.hub or MISSING), f"{pairing.used(site):g}", room
        )
    return table


def _unplaced(pairing: Pairing) -> Iterator[Text]:
    for one in pairing.unplaced:
        text = verdict_text(Verdict.BREACH)
        what = f" {one.amount:g} {pairing.unit} of {one.demand.name}, {one.demand.city.name}: "
        text.append(visible(what), "default")
        yield text.append(visible(refusal_text(one.refusal)), "dim")


def _help(pairing: Pairing) -> Iterator[Text]:
    if pairing.additions is None:
        yield Text("What would help was not decided: the solver gave up", "dim")
    for one in pairing.additions or ():
        parts = [f"{one.amount:g} {pairing.unit}"] if one.amount else []
        parts += [gbps_text(one.bandwidth_bps)] if one.bandwidth_bps else []
        yield Text(visible(f"Would help: {' and '.join(parts)} more at {one.site.name}"))
