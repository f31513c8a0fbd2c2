"""Pairing on the terminal: the registry of pairs, the sites, what is left over and what helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from netkit.language.words import counted, say
from netkit.model.placement.assignment import Assignment, Pairing
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.documents.document import ms
from netkit.report.place_words import place_text
from netkit.report.terminal.place import backup_text
from netkit.report.terminal.plan import add_figures, left_out, new_table, verdict_text
from netkit.report.terminal.screen import WIDE
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
    table = new_table(say("{title}: pairs, one-way delay guaranteed, ms", title=title), width)
    table.add_column(say("City ↔ site"), ratio=4, overflow="fold")
    table.add_column(say("Class"), ratio=2, overflow="fold")
    table.add_column(pairing.unit.capitalize(), justify="right", no_wrap=True)
    add_figures(table, "Delay")
    if wide:
        add_figures(table, "Bound")
    add_figures(table, "Margin")
    table.add_column(say("Backup site"), ratio=3, overflow="fold")
    if wide:
        table.add_column("结对子", no_wrap=True)
    for one in pairing.assignments[:limit]:
        table.add_row(*_row(one, wide=wide))
    yield table
    yield from _more(pairing.assignments, limit, "more pair")


def _more(rows: Sequence[object], limit: int | None, what: str) -> Iterator[Text]:
    return left_out(0 if limit is None else len(rows[limit:]), what)


def _row(one: Assignment, *, wide: bool) -> Iterator[RenderableType]:
    option = one.option
    yield Text(visible(f"{place_text(one.demand.city.name)} ↔ {place_text(option.site.name)}"))
    yield Text(visible(one.demand.workload.name))
    yield f"{one.amount:g}"
    yield ms_text(ms(option.reach.delay_us))
    if wide:
        yield bound_text(us_to_ms(option.bound_us))
    yield ms_text(ms(option.margin_us))
    yield Text(backup_text(option.backup))
    if wide:
        yield say("pair") if one.paired else ""


def _sum_text(pairing: Pairing) -> str:
    placed = sum(one.amount for one in pairing.assignments)
    left = sum(one.amount for one in pairing.unplaced)
    pairs = {(one.demand.city.name, one.option.site.name) for one in pairing.assignments}
    west = {
        (one.demand.city.name, one.option.site.name) for one in pairing.assignments if one.paired
    }
    return say(
        "{placed} {unit} placed, {left} not; {pairs}, {west} of them of the west with east or "
        "centre; {proof}",
        placed=f"{placed:g}", left=f"{left:g}", unit=pairing.unit,
        pairs=counted(len(pairs), "pair"), west=len(west),
        proof=say("proved best" if pairing.proved else "not proved best: the solver gave up"),
    )  # fmt: skip


def _sites(pairing: Pairing, width: int, limit: int | None) -> Iterator[RenderableType]:
    table = new_table(say("Sites, {unit}", unit=pairing.unit), width)
    table.add_column(say("Site"), ratio=3, overflow="fold")
    table.add_column(say("Hub"), ratio=3, overflow="fold")
    add_figures(table, "Used", "Capacity")
    for site in pairing.sites[:limit]:
        room = MISSING if site.capacity is None else f"{site.capacity:g}"
        table.add_row(
            Text(visible(place_text(site.name))),
            visible(MISSING if site.hub is None else place_text(site.hub)),
            f"{pairing.used(site):g}",
            room,
        )
    yield table
    yield from _more(pairing.sites, limit, "more site")


def _unplaced(pairing: Pairing, limit: int | None) -> Iterator[Text]:
    for one in pairing.unplaced[:limit]:
        text = verdict_text(Verdict.BREACH)
        what = say(
            " {amount} {unit} of {demand}, {city}: ",
            amount=f"{one.amount:g}", unit=pairing.unit, demand=one.demand.name,
            city=place_text(one.demand.city.name),
        )  # fmt: skip
        text.append(visible(what), "default")
        yield text.append(visible(refusal_text(one.refusal)), "dim")
    yield from _more(pairing.unplaced, limit, "more demand")


def _help(pairing: Pairing, limit: int | None) -> Iterator[Text]:
    if pairing.additions is None:
        yield Text(say("What would help was not decided: the solver gave up"), "dim")
    additions = pairing.additions or ()
    for one in additions[:limit]:
        parts = [f"{one.amount:g} {pairing.unit}"] if one.amount else []
        parts += [gbps_text(one.bandwidth_bps)] if one.bandwidth_bps else []
        words = say("Would help: {what} more at {site}",
                    what=say(" and ").join(parts), site=place_text(one.site.name))  # fmt: skip
        yield Text(visible(words))
    yield from _more(additions, limit, "more site")
