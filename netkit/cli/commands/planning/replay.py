"""``netkit plan replay``: what a segment list of one's own keeps, over every branch."""

from __future__ import annotations

from typing import Annotated

import typer

from netkit.cli.common import JsonOption, console, end, print_json
from netkit.cli.grammar import completion
from netkit.cli.options.groups import grouped
from netkit.cli.options.pairs import BoundOptions, PairOptions
from netkit.cli.options.planning import pair_request
from netkit.cli.options.source import Source
from netkit.errors import ExitCode


@grouped
def replay(
    source: Source,
    src: Annotated[
        str, typer.Argument(help="Where traffic enters.", autocompletion=completion.nodes)
    ],
    dst: Annotated[
        str,
        typer.Argument(
            help="Where it leaves, by its service SID.", autocompletion=completion.nodes
        ),
    ],
    bounds: BoundOptions,
    sid: Annotated[
        list[str] | None,
        typer.Option(
            "--sid", help="The next SID of the list, or the node or anycast group whose it is."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Replay a segment list of your own over every ECMP branch and every anycast member.

    Without --sid it is what the IGP does alone. Exit code 0 if the worst delay is within the bound,
    2 if it is not.
    """
    from netkit.report.documents.replay import replay_to_json
    from netkit.report.terminal.replay import replay_lines
    from netkit.workflows.replay import replay_list

    asked = source.demands(pair_request(PairOptions(pair=[f"{src}:{dst}"]), bounds))
    topology, (demand,) = asked.topology, asked.demands
    segments, certificate = replay_list(topology, (demand.src, demand.dst), sid or [])
    if json:
        print_json(replay_to_json(topology, demand, segments, certificate))
    else:
        screen = console()
        for line in replay_lines(topology, demand, segments, certificate):
            screen.print(line)
    late = certificate.guaranteed_us > demand.bound_us
    end(ExitCode.BREACH if late else ExitCode.OK, "the list does not keep its tier" if late else "")
