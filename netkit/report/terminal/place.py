"""Placement on the terminal: the sites of one city, or every city with its nearest site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from netkit.language.words import counted, say
from netkit.model.placement.workload import BackupSite, Nearest, Option, Placement, Site
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.documents.document import ms
from netkit.report.place_words import place_text
from netkit.report.terminal.plan import add_figures, left_out, new_table, verdict_text
from netkit.report.terminal.screen import WIDE
from netkit.report.words.placement import refusal_text
from netkit.report.words.text import visible, worth_showing
from netkit.report.words.units import MISSING, bound_text, delay_text, ms_text

_REASONS = 4


def options_table(placement: Placement, nearest: Nearest, *, width: int) -> RenderableType:
    """Every site that satisfies the class for one city, the preferred first; or why none."""
    city, workload = placement.city, placement.workload
    title = say("{city}, class {workload}: guaranteed delay, one-way, ms",
                city=place_text(city.name), workload=workload.name)  # fmt: skip
    parts: list[RenderableType] = [nearest_text(nearest), *_refusals([placement])]
    if placement.options:
        table = new_table(title, width)
        table.add_column(say("Site"), ratio=3, overflow="fold")
        if width >= WIDE:
            table.add_column(say("Over"), ratio=4, overflow="fold")
            table.add_column(say("Target"), no_wrap=True)
        add_figures(table, "There", "Back", "Bound", "Margin")
        table.add_column(say("Backup site"), ratio=3, overflow="fold")
        for option in placement.options:
            table.add_row(*_option_row(option, wide=width >= WIDE))
        parts.insert(0, table)
    return Group(*parts)


def cities_table(
    nearest: Sequence[Nearest],
    placements: Sequence[Placement],
    title: str,
    *,
    width: int,
    limit: int | None = None,
) -> RenderableType:
    """A row a city: the nearest site by delay and, with a class, the first choice for it.

    Of more than ``limit`` cities those first that find no site; what it comes to stands last.
    """
    wide = width >= WIDE
    table = new_table(say("{title}: guaranteed delay, one-way, ms", title=title), width)
    table.add_column(say("City"), ratio=2, overflow="fold")
    table.add_column(say("Nearest site"), ratio=2, overflow="fold")
    add_figures(table, "Delay")
    if wide or not placements:
        table.add_column(say("Nearest by km"), ratio=2, overflow="fold")
    if placements:
        table.add_column(say("First choice"), ratio=2, overflow="fold")
        add_figures(table, "Delay", "Margin")
        if wide:
            table.add_column(say("Backup site"), ratio=3, overflow="fold")
        table.add_column(say("Verdict"), no_wrap=True)
    answers: Sequence[Placement | None] = placements or [None] * len(nearest)
    cities = list(zip(nearest, answers, strict=True))
    shown = worth_showing(cities, limit, _verdict)
    for near, answer in shown:
        row = list(_nearest_cells(near, by_km=wide or answer is None))
        table.add_row(*row, *([] if answer is None else _first_choice(answer, wide=wide)))
    more = left_out(len(cities) - len(shown), "more city")
    return Group(table, *more, *_refusals(placements, limit), *_answer(cities))


def _verdict(city: tuple[Nearest, Placement | None]) -> Verdict:
    near, answer = city
    found = near.site is not None if answer is None else bool(answer.options)
    return Verdict.PASS if found else Verdict.BREACH


def _answer(cities: Sequence[tuple[Nearest, Placement | None]]) -> Iterator[Text]:
    """Who has the least margin, and how many cities find a site."""
    firsts = [(one.options[0], one.city) for _, one in cities if one is not None and one.options]
    if firsts:
        option, city = min(firsts, key=lambda one: one[0].margin_us)
        least = say("Least margin: {city} to {site}, {margin} ms",
                    city=place_text(city.name), site=place_text(option.site.name),
                    margin=ms_text(ms(option.margin_us)))  # fmt: skip
        yield Text(visible(least))
    kept = sum(_verdict(one) is Verdict.PASS for one in cities)
    yield Text(
        say("{cities}: {kept} with a site, {without} without",
            cities=counted(len(cities), "city"), kept=kept, without=len(cities) - kept)
    )  # fmt: skip


def nearest_text(near: Nearest) -> Text:
    """The nearest site by delay, and by km where that is another."""
    if near.site is None or near.reach is None:
        return Text(say("Nearest: no site can be reached both ways"), "dim")
    text = say("Nearest: {site}, {delay}",
               site=_with_hub(near.site), delay=delay_text(near.reach.delay_us))  # fmt: skip
    if near.site_by_km is not None and near.site_by_km.name != near.site.name:
        over = place_text(near.site_by_km.name)
        text += say("; over ground {site}, {km} km", site=over, km=f"{near.distance_km:.0f}")
    return Text(visible(text), "dim")


def backup_text(backup: BackupSite | None) -> str:
    """The backup site with its delay, and whether only the place is another."""
    if backup is None:
        return say("none")
    shared = "" if backup.disjoint else say(", shares links")
    delay = ms_text(ms(backup.reach.delay_us))
    return visible(f"{place_text(backup.site.name)} {delay}{shared}")


def _with_hub(site: Site) -> str:
    if site.hub is None:
        return place_text(site.name)
    return say("{name} ({place})", name=place_text(site.name), place=place_text(site.hub))


def _option_row(option: Option, *, wide: bool) -> Iterator[RenderableType]:
    reach = option.reach
    yield Text(visible(_with_hub(option.site) if wide else place_text(option.site.name)))
    if wide:
        yield Text(visible(f"{reach.city_node} ↔ {reach.site_node}"))
        yield Text(visible(option.target))
    yield ms_text(ms(reach.there_us))
    yield ms_text(ms(reach.back_us))
    yield bound_text(us_to_ms(option.bound_us))
    yield ms_text(ms(option.margin_us))
    yield Text(backup_text(option.backup))


def _nearest_cells(near: Nearest, *, by_km: bool) -> Iterator[RenderableType]:
    yield Text(visible(place_text(near.city.name)))
    yield Text(MISSING if near.site is None else visible(place_text(near.site.name)))
    yield ms_text(None if near.reach is None else ms(near.reach.delay_us))
    if by_km:
        same = near.site is not None and near.site_by_km == near.site
        yield Text(say("the same"), "dim") if same else Text(_by_km(near))


def _by_km(near: Nearest) -> str:
    if near.site_by_km is None or near.distance_km is None:
        return MISSING
    return visible(f"{place_text(near.site_by_km.name)}{say(', ')}{near.distance_km:.0f} km")


def _first_choice(answer: Placement, *, wide: bool) -> Iterator[RenderableType]:
    first = answer.options[0] if answer.options else None
    yield Text(MISSING if first is None else visible(place_text(first.site.name)))
    yield ms_text(None if first is None else ms(first.reach.delay_us))
    yield ms_text(None if first is None else ms(first.margin_us))
    if wide:
        yield Text(MISSING if first is None else backup_text(first.backup))
    yield verdict_text(Verdict.BREACH if first is None else Verdict.PASS)


def _refusals(placements: Sequence[Placement], limit: int | None = None) -> Iterator[Text]:
    refused = [(one.city, one.refusal) for one in placements if one.refusal is not None]
    most = None if limit is None else min(limit, _REASONS)
    for city, refusal in refused[:most]:
        text = verdict_text(Verdict.BREACH)
        text.append(visible(f" {place_text(city.name)}{say(': ')}"), "default")
        yield text.append(visible(refusal_text(refusal)), "dim")
    yield from left_out(0 if most is None else len(refused[most:]), "more refusal")
