"""``netkit locate``: the links that explain what changed at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.commands.store.opened import now_ns, opened_store
from netkit.cli.common import JsonOption, end, print_json, print_lines
from netkit.cli.grammar import completion
from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.groups import grouped
from netkit.cli.options.rows import RowOptions
from netkit.cli.options.store import StoreOption
from netkit.cli.options.times import instant_ns
from netkit.errors import ExitCode, chosen

if TYPE_CHECKING:
    from netkit.monitor.outcomes import Located

_SHOWN = 5


@grouped
def locate(
    rows: RowOptions,
    campaign: Annotated[Path, typer.Argument(help="The campaign file.")],
    at: Annotated[
        str, typer.Option(metavar="TIME", help="`5m` ago, or a date or time (UTC).")
    ] = "now",
    over: Annotated[
        Duration | None,
        duration_option(
            "--over",
            help="How much before that time is judged; by default five minutes, or two rounds.",
        ),
    ] = None,
    against: Annotated[
        Duration | None,
        duration_option(
            "--against",
            help="How much before that is the baseline; by default an hour, or seven rounds.",
        ),
    ] = None,
    quantity: Annotated[
        list[str] | None,
        typer.Option(
            metavar="delay|jitter|loss",
            autocompletion=completion.among("delay", "jitter", "loss"),
            help="Repeatable; all if none.",
        ),
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Name the links, in direction, that explain which flows changed and which did not.

    Exit code 0 if nothing changed, 1 if something did, a site's clock too, 3 if nothing is known.
    """
    from netkit.monitor.locate.evidence import Quantity
    from netkit.report.documents.monitoring.locate import located_to_json
    from netkit.report.terminal.monitoring.locate import located_lines
    from netkit.workflows.monitoring.inputs import routed_mesh_of
    from netkit.workflows.monitoring.locate import locate_at, usual_spans_ns

    wanted = tuple(chosen(Quantity, word, "quantity") for word in quantity or ()) or tuple(Quantity)
    until_ns = instant_ns(at, "--at", now_ns())
    with opened_store(store, reading=True) as opened:
        reader, routes = routed_mesh_of(campaign, opened)
        lasts = usual_spans_ns(reader, until_ns)
        since_ns = until_ns - (lasts[0] if over is None else over.ns)
        times_ns = since_ns - (lasts[1] if against is None else against.ns), since_ns, until_ns
        found = locate_at(reader, routes, times_ns, wanted)
    if json:
        print_json(located_to_json(reader.campaign, times_ns, found))
    else:
        print_lines(*located_lines(found, rows.most(_SHOWN)))
    end(*_ending(found))


def _ending(found: tuple[Located, ...]) -> tuple[ExitCode, str]:
    if any(one.location.changed or one.clocks for one in found):
        return ExitCode.DEGRADED, "something changed"
    if any(one.location.unchanged for one in found):
        return ExitCode.OK, ""
    return ExitCode.UNKNOWN, "nothing is known of that time"
