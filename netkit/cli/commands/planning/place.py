"""``netkit place``: which sites a workload class may use, and pairing of a whole demand table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.common import JsonOption, console, end, print_json, progress
from netkit.cli.options.groups import OptionGroup, grouped
from netkit.cli.options.pairs import ProfileOption
from netkit.cli.options.rows import RowOptions
from netkit.cli.options.source import Source
from netkit.cli.pages import HtmlOption, require_page, write_page
from netkit.errors import ExitCode, InputError, counted

if TYPE_CHECKING:
    from netkit.files.importers.imported import Imported
    from netkit.model.placement.workload import Nearest, Placement
    from netkit.workflows.place import Places

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class PolicyOptions(OptionGroup):
    """What placement rests on beside the topology."""

    PANEL: ClassVar[str] = "Policy"

    profile: ProfileOption = "2023"
    classes: Annotated[
        Path | None, typer.Option(help="Workload classes: YAML, instead of those that ship.")
    ] = None
    regions: Annotated[
        Path | None, typer.Option(help="Parts and traits of hubs and places: YAML, likewise.")
    ] = None
    sites: Annotated[Path | None, typer.Option(help="Capacities, and sites of your own: CSV.")] = (
        None
    )
    max_sids: Annotated[
        int | None, typer.Option(min=1, help="Longest list, the service SID counted.")
    ] = None

    def read(self, imported: Imported) -> Places:
        """Everything that is placed with."""
        from netkit.workflows.place import places

        return places(
            imported.topology,
            profile=self.profile,
            regions=self.regions,
            classes=self.classes,
            sites=self.sites,
            max_sids=self.max_sids,
            known=imported.known,
            ambiguous=imported.ambiguous,
        )


@grouped
def place(
    source: Source,
    policy: PolicyOptions,
    rows: RowOptions,
    city: Annotated[
        str | None, typer.Option(help="A place, or one router of it; all cities unless given.")
    ] = None,
    workload: Annotated[
        str | None, typer.Option(help="extreme, regional, tolerant, or a class of yours.")
    ] = None,
    demands: Annotated[
        Path | None, typer.Option(help="Pair a whole table: CSV city,class,racks|pflops[,…].")
    ] = None,
    split: Annotated[
        bool, typer.Option("--split/--no-split", help="May a demand be shared out over sites?")
    ] = True,
    html: HtmlOption = None,
    json: JsonOption = False,
) -> None:
    """List the clusters that satisfy a workload class for a city, with margin and backup cluster.

    With --demands, pair cities and sites as the optimum inside all capacities. Exit code 0 if
    everything finds a place, 2 if something cannot.
    """
    if demands is not None and (city or workload):
        raise InputError.single("--demands beside --city or --workload", expected="one of them")
    require_page(html)
    known = policy.read(source.read())
    if demands is not None:
        _pair_up(known, demands, html, rows, split=split, json=json)
    _place(known, city, workload, html, rows, json=json)


def _place(
    known: Places,
    city: str | None,
    workload: str | None,
    html: Path | None,
    rows: RowOptions,
    *,
    json: bool,
) -> None:
    from netkit.report.documents.place import place_to_json
    from netkit.report.terminal.place import cities_table, options_table

    kind = None if workload is None else known.workload(workload)
    cities = known.cities if city is None else (known.city(city),)
    near: list[Nearest] = []
    found: list[Placement] = []
    with progress() as tell:
        for number, one in enumerate(cities):
            tell("placing", number, len(cities))
            near.append(known.placer.nearest(one))
            if kind is not None:
                found.append(known.placer.place(one, kind))
    document = partial(place_to_json, known.topology, known.profile.name, near, found)
    write_page(html, known.topology, document)
    if json:
        print_json(document())
    else:
        screen = console()
        title = known.topology.name if kind is None else f"{known.topology.name}, {kind.name}"
        screen.print(
            options_table(found[0], near[0], width=screen.width)
            if city is not None and found
            else cities_table(near, found, title, width=screen.width, limit=rows.most(_SHOWN))
        )
    without = sum(not one.options for one in found) or sum(one.site is None for one in near)
    if without:
        end(
            ExitCode.BREACH,
            f"no site within the bound: {without} of {counted(len(cities), 'city')}",
        )


def _pair_up(
    known: Places,
    demands: Path,
    html: Path | None,
    rows: RowOptions,
    *,
    split: bool,
    json: bool,
) -> None:
    from netkit.report.documents.place import pairing_to_json
    from netkit.report.terminal.pairing import pairing_table

    with progress() as tell:
        pairing = known.pair_up(demands, split=split, progress=partial(tell, "placing"))
    document = partial(pairing_to_json, pairing, known.topology, known.profile.name)
    write_page(html, known.topology, document)
    if json:
        print_json(document())
    else:
        screen = console()
        name, limit = known.topology.name, rows.most(_SHOWN)
        screen.print(pairing_table(pairing, name, width=screen.width, limit=limit))
    code = ExitCode.BREACH if pairing.unplaced else ExitCode.OK
    end(code, f"not placed, or not whole: {counted(len(pairing.unplaced), 'demand')}")
