"""``netkit history`` and ``netkit export``: what was measured, by time and direction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.commands.store.opened import now_ns, opened_store
from netkit.cli.common import JsonOption, console, end, print_json, print_lines
from netkit.cli.grammar import completion
from netkit.cli.options.groups import OptionGroup, grouped
from netkit.cli.options.rows import RowOptions
from netkit.cli.options.store import CampaignOption, StoreOption
from netkit.cli.options.times import instant_ns
from netkit.cli.pages import HtmlOption, require_page, write_page
from netkit.errors import ExitCode, InputError, chosen
from netkit.language.words import counted, say

if TYPE_CHECKING:
    from netkit.stats.windows.history import History
    from netkit.store.windows.store import WindowStore

_SHOWN = 20


class Format(StrEnum):
    """What ``export`` can write."""

    CSV = "csv"
    PARQUET = "parquet"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class TimeOptions(OptionGroup):
    """Which time, in which pieces, of which campaign and flow."""

    PANEL: ClassVar[str] = "What is read"

    since: Annotated[
        str, typer.Option(metavar="TIME", help="`30d`, `12h`, or a date or time (UTC).")
    ] = "1d"
    until: Annotated[str, typer.Option(metavar="TIME", help="As --since.")] = "now"
    by: Annotated[
        str,
        typer.Option(
            metavar="minute|hour|day|all",
            autocompletion=completion.among("minute", "hour", "day", "all"),
            help="Into which pieces to cut it.",
        ),
    ] = "all"
    campaign: CampaignOption = None
    flow: Annotated[str | None, typer.Option(help="Of this flow only.")] = None

    certify: Annotated[
        Path | None,
        typer.Option(
            metavar="CAMPAIGN",
            help="Where clocks bound nothing: the certified interval of the mesh of this file.",
        ),
    ] = None

    def read(self, store: str | None, src: str | None, dst: str | None, *, ipdv: bool) -> History:
        """What was measured from ``src`` to ``dst``, each any if None."""
        from netkit.model.measurement.window import WindowSelection
        from netkit.stats.windows.history import By
        from netkit.workflows.store.history import history

        now = now_ns()
        since = instant_ns(self.since, "--since", now)
        until = instant_ns(self.until, "--until", now)
        by = chosen(By, self.by, "by")
        if since >= until:
            raise InputError.argument("since", value=self.since, expected="a time before --until")
        selection = WindowSelection(self.campaign, src, dst, self.flow)
        with opened_store(store, reading=True) as windows:
            found = history(windows, selection, since, until, by, ipdv=ipdv)
            return found if self.certify is None else _certified(found, self.certify, windows)


def _certified(found: History, campaign: Path, windows: WindowStore) -> History:
    from netkit.workflows.monitoring.inputs import mesh_of
    from netkit.workflows.store.certified_history import with_certificates

    reader, _ = mesh_of(campaign, windows)
    return with_certificates(found, reader)


_SRC = Annotated[str | None, typer.Argument(help="The site that sends; any if there is none.")]
_DST = Annotated[str | None, typer.Argument(help="The site that is sent to.")]


@grouped
def history(
    times: TimeOptions,
    rows: RowOptions,
    src: _SRC = None,
    dst: _DST = None,
    store: StoreOption = None,
    html: HtmlOption = None,
    json: JsonOption = False,
) -> None:
    """Show what was measured from one site to another: delays, loss, verdict.

    Percentiles are of all delays of each piece of time, merged from counts, however long it is.
    Exit code 3 if nothing was measured.
    """
    from netkit.report.documents.store import history_to_json
    from netkit.report.terminal.monitoring.store import history_table

    require_page(html)
    found = times.read(store, src, dst, ipdv=json)
    write_page(html, None, partial(history_to_json, found))
    if json:
        print_json(history_to_json(found))
    elif found.rows or found.notes:
        screen = console()
        screen.print(history_table(found, width=screen.width, limit=rows.most(_SHOWN)))
    end(ExitCode.OK if found.rows else ExitCode.UNKNOWN, "nothing was measured then")


@grouped
def export(
    times: TimeOptions,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    src: _SRC = None,
    dst: _DST = None,
    to: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="csv|parquet|json",
            autocompletion=completion.among("csv", "parquet", "json"),
            help="What is written.",
        ),
    ] = "csv",
    store: StoreOption = None,
) -> None:
    """Write the rows of ``history`` to a file, all figures of each in a row of its own."""
    from netkit.report.documents.store import history_row, history_to_json
    from netkit.workflows.store.export import export_csv, export_json, export_parquet

    kind = chosen(Format, to, "format")
    found = times.read(store, src, dst, ipdv=True)
    if kind is Format.JSON:
        export_json(out, history_to_json(found))
    else:
        write = export_csv if kind is Format.CSV else export_parquet
        write(out, [history_row(row) for row in found.rows])
    print_lines(f"{out}{say(': ')}{counted(len(found.rows), 'row')}")
    end(ExitCode.OK if found.rows else ExitCode.UNKNOWN, "nothing was measured then")
