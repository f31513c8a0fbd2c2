"""``netkit push``: make a router elsewhere hold what was emitted for it, over BGP."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import print_json
from netkit.cli.options.planning import JsonOption
from netkit.errors import InputError


def push(
    source: Annotated[
        Path, typer.Argument(help="Folder that `netkit emit` wrote, or a file of it.")
    ],
    bgp: Annotated[
        str | None,
        typer.Option("--bgp", metavar="HOST[:PORT]", help="The gRPC of a GoBGP; port 50051."),
    ] = None,
    router: Annotated[
        str | None, typer.Option("--router", help="Which of the routers; not needed of one.")
    ] = None,
    headend: Annotated[
        str | None,
        typer.Option("--headend", metavar="A.B.C.D", help="BGP Identifier of the router."),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take away all that netkit announced for it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be changed, and change nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Give a router its SR Policies over BGP (RFC 9830), and read them back.

    What netkit did not announce is not touched; on any fault all is as it was. Needs grpcio (pip
    install netkit-srv6[push]). Exit code 0 if all is there, 3 if not.
    """
    from netkit.report.documents.routers.push import pushed_to_json
    from netkit.report.terminal.routers.push import pushed_lines
    from netkit.workflows.routers import push as workflow
    from netkit.workflows.routers.audit import here

    if bgp is None:
        raise InputError.single("where to", expected="--bgp HOST[:PORT] of a GoBGP", field="bgp")
    server, identifier = _with_port(bgp), _identifier(headend)
    wanted = workflow.state_of(source, router)
    if withdraw:
        wanted = replace(wanted, policies=())
    with workflow.gobgp(server) as speaker:
        pushed = workflow.push_bgp(speaker, wanted, identifier, server, here(), dry_run=dry_run)
    if json:
        print_json(pushed_to_json(pushed, dry_run=dry_run))
        return
    for line in pushed_lines(pushed, dry_run=dry_run):
        typer.echo(line)


def _with_port(server: str) -> str:
    """``HOST``, ``HOST:PORT``, ``[IPV6]:PORT``; the port of GoBGP where none is given.

    >>> _with_port("192.0.2.1"), _with_port("[::1]"), _with_port("rr1:50052")
    ('192.0.2.1:50051', '[::1]:50051', 'rr1:50052')
    """
    host, colon, port = server.rpartition(":")
    if not colon or server.endswith("]"):
        return f"{server}:50051"
    if not host or not port.isdigit() or (":" in host and not host.startswith("[")):
        raise InputError.single(
            "no server", value=server, expected="HOST, HOST:PORT or [IPV6]:PORT", field="bgp"
        )
    return server


def _identifier(headend: str | None) -> IPv4Address:
    try:
        return IPv4Address(headend or "")
    except AddressValueError:
        raise InputError.single(
            "no BGP Identifier", value=headend, field="headend",
            expected="that of the router, as 192.0.2.1: the route target names it",
        ) from None  # fmt: skip
