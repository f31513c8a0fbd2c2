"""``netkit report``: one page of the documents that other commands have written, and of a store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.commands.store.opened import now_ns, opened_store
from netkit.cli.common import end, print_lines
from netkit.cli.options.groups import OptionGroup, grouped
from netkit.cli.options.store import CampaignOption
from netkit.cli.options.times import instant_ns
from netkit.errors import ExitCode, InputError
from netkit.store.own_files import is_page
from netkit.store.text_files import require_writable, write_text

if TYPE_CHECKING:
    from netkit.report.documents.document import Document


@dataclass(frozen=True, slots=True)
class StoreTimeOptions(OptionGroup):
    """Which time of a store, and of which campaign."""

    PANEL: ClassVar[str] = "What is read of a store"

    since: Annotated[
        str, typer.Option(metavar="TIME", help="`30d`, `12h`, or a date or time (UTC).")
    ] = "7d"
    until: Annotated[str, typer.Option(metavar="TIME", help="As --since.")] = "now"
    campaign: CampaignOption = None
    certify: Annotated[
        Path | None,
        typer.Option(
            metavar="CAMPAIGN",
            help="Where clocks bound nothing: the certified interval of the mesh of this file.",
        ),
    ] = None

    def read(self, url: str) -> Document:
        """What a store holds of that time."""
        from netkit.model.measurement.window import WindowSelection
        from netkit.report.documents.monitoring.over_time import over_time_to_json
        from netkit.workflows.monitoring.inputs import mesh_of
        from netkit.workflows.store.over_time import over_time

        now = now_ns()
        span = instant_ns(self.since, "--since", now), instant_ns(self.until, "--until", now)
        if span[0] >= span[1]:
            raise InputError.argument("since", value=self.since, expected="a time before --until")
        with opened_store(url, reading=True) as store:
            mesh = None if self.certify is None else mesh_of(self.certify, store)[0]
            found = over_time(store, WindowSelection(self.campaign), span, mesh=mesh)
        return over_time_to_json(found)


@grouped
def report(
    times: StoreTimeOptions,
    documents: Annotated[
        list[str],
        typer.Argument(
            metavar="FROM...",
            help="JSON documents of netkit: plan, summary, survival, advice, detour, place, "
            "pairing, drill, history; one of each, of one topology. Or a store: its URL, or a "
            "file of SQLite.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Write the page here.")],
    topology: Annotated[
        Path | None,
        typer.Option("--topology", help="The file they are of: for the map, operators and hops."),
    ] = None,
    basemap: Annotated[
        Path | None, typer.Option("--basemap", help="GeoJSON to draw underneath the map.")
    ] = None,
) -> None:
    """Write documents as one page that opens from disk: headline, matrix, pairs, map.

    Of a store it shows what was measured since `--since`, over time. Nothing in the page is loaded
    from anywhere. Exit code 3 if a document cannot be shown, or nothing was
    measured.
    """
    from netkit.report.html.pages.page import report_page
    from netkit.workflows.report import made_of, read_report, store_url

    require_writable(out, is_page)
    urls = {word: url for word in documents if (url := store_url(word)) is not None}
    files = [Path(word) for word in documents if word not in urls]
    # A URL may hold a password: messages name its kind alone.
    measured = [("the store", times.read(url)) for url in urls.values()]
    sources, ground = read_report(files, topology, basemap, measured)
    write_text(out, made_of(sources, lambda: report_page(sources, ground)))
    print_lines(f"{out}: {', '.join(one['schema'] for one in sources.given)}")
    if sources.over_time is not None and not sources.over_time["pairs"]:
        end(ExitCode.UNKNOWN, "nothing was measured then")
