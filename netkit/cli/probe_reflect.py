"""``netkit probe reflect``: answer STAMP probes, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import progress_console
from netkit.cli.probe_options import key_of, prefixes


def reflect(
    bind: Annotated[
        list[str] | None, typer.Option(help="Local address; may be repeated. Unless given: ::")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="UDP port.")] = 862,
    allow: Annotated[
        list[str] | None, typer.Option(help="Answer this prefix only; may be repeated.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Requests a second from one source.")
    ] = None,
    total_rate: Annotated[
        float | None, typer.Option(min=0.001, help="Requests a second from all sources together.")
    ] = None,
    max_sessions: Annotated[int, typer.Option(min=1, help="Sessions to remember.")] = 4096,
    stateless: Annotated[
        bool, typer.Option("--stateless", help="Remember nothing; copy sequence numbers.")
    ] = False,
    key_file: Annotated[
        Path | None, typer.Option(help="Answer only what is authenticated with this key.")
    ] = None,
    allow_return: Annotated[
        list[str] | None,
        typer.Option(help="Return paths may lead through and to this prefix; may be repeated."),
    ] = None,
    allow_dscp: Annotated[
        list[int] | None,
        typer.Option(min=0, max=63, help="Replies may be marked so; may be repeated."),
    ] = None,
    micro_session_id: Annotated[
        int | None, typer.Option(min=1, max=65535, help="This end's LAG member link (RFC 9534).")
    ] = None,
    user: Annotated[str, typer.Option(help="Whom root becomes once the port is bound.")] = "nobody",
) -> None:
    """Answer STAMP and TWAMP Light probes until Ctrl-C or SIGTERM, then say how many.

    Replies are never longer than requests. On ending, each reason for refusing is printed with its
    count.
    """
    from netkit.probe.live_reflector import ReflectOptions
    from netkit.probe.live_reflector import reflect as answer
    from netkit.probe.tlv_answers import Policy

    options = ReflectOptions(
        tuple(bind or ["::"]),
        port,
        key_of(key_file),
        stateless,
        prefixes(allow, "--allow"),
        rate,
        total_rate,
        max_sessions,
        Policy(
            returns=prefixes(allow_return, "--allow-return"),
            dscps=frozenset(allow_dscp or ()),
            micro_session_id=micro_session_id,
        ),
        user,
    )
    where = ", ".join(options.binds)
    progress_console().print(f"Reflecting on {where} port {port}; Ctrl-C ends it.")
    for reason, number in answer(options).items():
        typer.echo(f"{reason} {number}")
