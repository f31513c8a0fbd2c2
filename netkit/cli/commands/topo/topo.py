"""``netkit topo``: check a topology file of any format, show what is in it."""

from __future__ import annotations

from netkit.cli.common import JsonOption, console, end, print_json, print_lines
from netkit.cli.options.groups import grouped
from netkit.cli.options.rows import RowOptions
from netkit.cli.options.source import Source
from netkit.cli.refusals import told
from netkit.errors import ExitCode, InputError, counted
from netkit.language.words import say
from netkit.model.network.topology import Topology

_GROUPS_SHOWN = 20
_ROWS_SHOWN = 3


@grouped
def check(
    source: Source,
    json: JsonOption = False,
) -> None:
    """Report every problem of a topology file: line, value, expectation. Exit code 3 if any.

    Notes say what an importer had to live with; they leave the exit code 0.
    """
    from netkit.report.documents.topology import checked_to_json, refused_to_json

    file = str(source.file)
    try:
        imported = source.load()
    except InputError as error:
        if not json:
            raise
        print_json(refused_to_json(file, told(error).problems, error.more))
        end(
            ExitCode.UNKNOWN,
            f"{file} cannot be used: {counted(len(error.problems) + error.more, 'problem')}",
        )
    topology = imported.topology
    whole = not (imported.routed and imported.undelayed)
    if json:
        print_json(checked_to_json(file, imported.left_out, topology, imported.notes, whole=whole))
        end(
            ExitCode.OK if whole else ExitCode.DEGRADED,
            f"{file} is not whole, so nothing can be planned on it",
        )
    if imported.left_out:
        names = ", ".join(imported.left_out)
        print_lines(say("{file}: left out: {names}", file=file, names=names))
    for note in imported.notes:
        print_lines(f"note: {note}")
    for group in topology.anycasts[:_GROUPS_SHOWN]:
        nodes = " ".join(group.nodes)
        print_lines(say("anycast {name}: the nearest of {nodes}", name=group.name, nodes=nodes))
    print_lines(f"{file}{say(': ')}{_verdict(topology, whole=whole)}")
    if not whole:
        end(ExitCode.DEGRADED, f"{file} is not whole, so nothing can be planned on it")


def _verdict(topology: Topology, *, whole: bool) -> str:
    from netkit.report.terminal.topology import counts_text

    name, counts = topology.name, counts_text(topology)
    if whole:
        return say("{topology} is good: {counts}", topology=name, counts=counts)
    return say(
        "{topology} is not whole, so nothing can be planned on it: {counts}",
        topology=name, counts=counts,
    )  # fmt: skip


@grouped
def show(
    source: Source,
    rows: RowOptions,
    json: JsonOption = False,
) -> None:
    """Show nodes by role and operator, links by kind and basis, shared risks, exchange centres."""
    from netkit.report.documents.topology import shown_to_json
    from netkit.report.terminal.topology import topology_tables

    topology = source.read().topology
    if json:
        print_json(shown_to_json(topology))
    else:
        screen = console()
        limit = rows.most(_ROWS_SHOWN)
        screen.print(topology_tables(topology, width=screen.width, limit=limit))
