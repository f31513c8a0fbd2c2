"""``netkit store``: migrate, prune, check, deliver, samples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netkit import errors
from netkit.cli.commands.store.opened import now_ns, opened_store
from netkit.cli.common import JsonOption, end, print_json, print_lines
from netkit.cli.grammar.durations import METAVAR, duration
from netkit.cli.grammar.folders import folder_option
from netkit.cli.options.groups import grouped
from netkit.cli.options.rows import RowOptions
from netkit.cli.options.store import StoreOption
from netkit.cli.options.times import instant_ns
from netkit.errors import ExitCode
from netkit.language.words import counted, say

if TYPE_CHECKING:
    from netkit.store.windows.store import WindowStore
    from netkit.store.windows.upkeep.retention import Retention


_FOR_EVER = "ever"
_SHOWN = 15
_KEPT = f"{METAVAR}|{_FOR_EVER}"


def _keep(level: str) -> Any:  # noqa: ANN401
    return typer.Option(metavar=_KEPT, help=f"How long {level} are kept: `35d`, or `ever`.")


def migrate(store: StoreOption = None, json: JsonOption = False) -> None:
    """Bring a database of an older netkit to this version, whole or not at all."""
    from netkit.report.documents.store import migrate_to_json
    from netkit.store.windows.store import default_url, place_of_url
    from netkit.store.windows.upkeep.migrate import migrate as brought

    url = default_url() if store is None else store
    before, after = brought(url)
    place = place_of_url(url)
    if json:
        print_json(migrate_to_json(place, before, after))
    elif before == after:
        print_lines(say("{place}: version {after} already", place=place, after=after))
    else:
        said = say("{place}: version {before} became {after}", place=place, before=before,
                   after=after)  # fmt: skip
        print_lines(said)


def prune(
    store: StoreOption = None,
    windows: Annotated[str, _keep("windows")] = "35d",
    hours: Annotated[str, _keep("hours")] = "400d",
    days: Annotated[str, _keep("days")] = _FOR_EVER,
    json: JsonOption = False,
) -> None:
    """Roll windows up into hours and days, then take away what is older than it is to be kept.

    Meant for cron, once an hour. Nothing is taken away that is not rolled up and delivered.
    """
    from netkit.report.documents.store import prune_to_json
    from netkit.workflows.store.upkeep import upkeep

    retention = _retention(windows, hours, days)
    now = now_ns()
    with opened_store(store) as opened:
        done = upkeep(opened, retention, now)
        _tell_what_is_held(opened, retention, now)
    if json:
        print_json(prune_to_json(opened.place, done.rolled_up, done.removed))
        return
    from netkit.store.windows.levels import Level

    kinds = {Level.WINDOWS: say("windows"), Level.HOURS: say("hours"), Level.DAYS: say("days")}
    gone = say(", ").join(f"{count} {kinds[level]}" for level, count in done.removed.items())
    print_lines(
        say("{place}: {hours} rolled up, removed {gone}", place=opened.place,
            hours=counted(done.rolled_up, "hour"), gone=gone)
    )  # fmt: skip


@grouped
def check(
    rows: RowOptions,
    store: StoreOption = None,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Look at each window since then: `7d`, or a date.")
    ] = "1d",
    json: JsonOption = False,
) -> None:
    """Look whether a database is whole, what it holds, and when nothing was measured.

    Exit code 2 if something is damaged, 1 if windows are missing between others.
    """
    from netkit.report.documents.store import check_to_json
    from netkit.report.terminal.monitoring.store import check_lines
    from netkit.store.windows.upkeep.check import check as look

    now = now_ns()
    with opened_store(store, reading=True) as opened:
        found = look(opened, instant_ns(since, "--since", now), now)
    if json:
        print_json(check_to_json(opened.place, found))
    else:
        print_lines(*check_lines(opened.place, found, rows.most(_SHOWN)))
    if found.faults:
        end(ExitCode.BREACH, f"damaged: {errors.counted(len(found.faults), 'fault')}")
    gaps = errors.counted(len(found.gaps), "gap")
    end(ExitCode.DEGRADED if found.gaps else ExitCode.OK, f"windows are missing: {gaps}")


def deliver(
    to: Annotated[str, typer.Option(metavar="URL", help="The central database.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Deliver to a central database the windows that were kept here for it, each once."""
    from netkit.report.documents.store import deliver_to_json

    with opened_store(store) as opened:
        from netkit.store.windows.spool import deliver as delivered

        done = delivered(opened, to)
    if json:
        print_json(deliver_to_json(opened.place, done))
    else:
        text = say("{windows} delivered, {new} new there",
                   windows=counted(done.delivered, "window"), new=done.new)  # fmt: skip
        late = say(", {count} too old for it", count=done.too_old) if done.too_old else ""
        print_lines(text + late)


def samples(
    files: Annotated[list[Path], typer.Argument(help="CSV files of raw samples.")],
    site: Annotated[str, typer.Option(help="The site that took them.")],
    out: Annotated[Path, folder_option("The folder of Parquet files.")],
) -> None:
    """Keep raw samples as Parquet, in folders by day and site, as DuckDB reads them.

    All of them or none: whoever tries again has no row twice.
    """
    from netkit.store.parquet import write_samples
    from netkit.store.samples_csv import each_sample

    rows = (row for file in files for row in each_sample(file))
    for path in write_samples(out, site, rows):
        typer.echo(str(path))


def _tell_what_is_held(store: WindowStore, retention: Retention, now: int) -> None:
    """Windows for a centre that nobody delivers to any more would keep all later ones for ever."""
    from netkit.report.words.times import utc_text
    from netkit.store.windows.spool import waiting_since_ns

    since_ns, kept_ns = waiting_since_ns(store), retention.windows_ns
    if since_ns is not None and kept_ns is not None and since_ns < now - kept_ns:
        typer.echo(
            f"netkit: windows since {utc_text(since_ns)} wait to be delivered, and nothing that is "
            "later is taken away: `netkit store deliver --to URL` delivers them",
            err=True,
        )


def _retention(windows: str, hours: str, days: str) -> Retention:
    from netkit.store.windows.upkeep.retention import Retention

    named = (("--windows", windows), ("--hours", hours), ("--days", days))
    return Retention(
        *(None if text == _FOR_EVER else duration(text, option).ns for option, text in named)
    )
