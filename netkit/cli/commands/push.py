"""``netkit push``: make a router elsewhere hold what was emitted for it, over BGP or NETCONF."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Annotated

import typer

from netkit.apply.push.netconf.login import TIMEOUT_SECONDS, Login
from netkit.cli.changing import interrupts_told, told_of
from netkit.cli.common import JsonOption, print_json, print_lines
from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.grammar.typed import refuse_typed
from netkit.cli.options.confirm import confirm_option, whole_seconds
from netkit.errors import InputError
from netkit.model.units import NS_PER_S

_CONFIRM = Duration(60 * NS_PER_S)
_TIMEOUT = Duration(round(TIMEOUT_SECONDS * NS_PER_S))
_GRPC_PORT, _NETCONF_PORT, _PORTS = 50051, 830, 65536
_FOLDER = "Folder that `netkit emit` wrote, or a file of it."

ConfirmOption = Annotated[Duration, confirm_option("With --netconf: how long on probation.")]
KeyOption = Annotated[
    Path | None, typer.Option("--key-file", help="With --netconf: a private key of SSH.")
]
TimeoutOption = Annotated[
    Duration,
    duration_option(
        "--timeout", least="1s", most="1h", help="With --netconf: for each answer of the router."
    ),
]
SshConfigOption = Annotated[
    Path | None, typer.Option("--ssh-config", help="With --netconf: a configuration of SSH.")
]


def push(
    source: Annotated[Path, typer.Argument(help=_FOLDER)],
    bgp: Annotated[
        str | None,
        typer.Option("--bgp", metavar="HOST[:PORT]", help="The gRPC of a GoBGP; port 50051."),
    ] = None,
    netconf: Annotated[
        str | None,
        typer.Option("--netconf", metavar="USER@HOST[:PORT]", help="The router; port 830."),
    ] = None,
    router: Annotated[
        str | None,
        typer.Option("--router", metavar="NAME", help="Which of the routers; not needed of one."),
    ] = None,
    headend: Annotated[
        str | None,
        typer.Option("--headend", metavar="A.B.C.D", help="With --bgp: its BGP Identifier."),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="With --bgp: take away all that was announced.")
    ] = False,
    confirm: ConfirmOption = _CONFIRM,
    key_file: KeyOption = None,
    ssh_config: SshConfigOption = None,
    timeout: TimeoutOption = _TIMEOUT,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be changed, and change nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Give a router elsewhere what was emitted for it, and read it back.

    --bgp announces its SR Policies (RFC 9830); what netkit did not announce is not touched.
    --netconf merges the XML that was emitted, on probation until it is read back. On any fault all
    is as it was. Needs the extra push of netkit-srv6. Exit code 0 if all is there, 1 if it is
    and the audit trail could not be told, 3 if not.
    """
    from netkit.workflows.routers.audit import here

    if (bgp is None) == (netconf is None):
        raise InputError.single("where to is not said", expected="one of --bgp and --netconf")
    if bgp is None:
        # Merged in the place of being withdrawn, it would be the opposite of what is asked.
        refuse_typed("withdraw", "headend", expected="--bgp beside it")
    else:
        refuse_typed("key_file", "ssh_config", expected="--netconf beside it")
    if bgp is not None:
        server, identifier = with_port(bgp, _GRPC_PORT), _identifier(headend)
        _bgp(source, router, server, identifier, here(), (withdraw, dry_run, json))
        return
    login = replace(_login(netconf or "", key_file, ssh_config), timeout_seconds=timeout.s)
    _netconf(source, router, login, here(), (whole_seconds(confirm), dry_run, json))


def _bgp(
    source: Path,
    router: str | None,
    server: str,
    headend: IPv4Address,
    state: Path,
    how: tuple[bool, bool, bool],
) -> None:
    from netkit.report.documents.routers.push import pushed_to_json
    from netkit.report.terminal.routers.push import pushed_lines
    from netkit.workflows.routers import push as workflow

    withdraw, dry_run, json = how
    wanted = workflow.state_of(source, router)
    configuration = workflow.configuration_of(source, wanted.router)
    if withdraw:
        wanted = replace(wanted, policies=())
    with workflow.gobgp(server) as speaker, interrupts_told():
        pushed = workflow.push_bgp(
            speaker, wanted, headend, server, state, configuration=configuration, dry_run=dry_run
        )
    with told_of(pushed.router, dry_run=dry_run):
        if json:
            print_json(pushed_to_json(pushed, dry_run=dry_run))
        else:
            _show(pushed_lines(pushed, dry_run=dry_run))


def _netconf(
    source: Path, router: str | None, login: Login, state: Path, how: tuple[int, bool, bool]
) -> None:
    from netkit.report.documents.routers.push import pushed_config_to_json
    from netkit.report.terminal.routers.push import pushed_config_lines
    from netkit.workflows.routers import push_netconf as workflow

    confirm_seconds, dry_run, json = how
    config = workflow.config_of(source, router)
    with workflow.netconf(login) as session, interrupts_told():
        pushed = workflow.push_netconf(
            session, config, login.host, state, confirm_seconds=confirm_seconds, dry_run=dry_run
        )
    with told_of(pushed.router, dry_run=dry_run):
        if json:
            print_json(pushed_config_to_json(pushed, dry_run=dry_run))
        else:
            _show(pushed_config_lines(pushed, dry_run=dry_run))


def _show(lines: Iterable[str]) -> None:
    print_lines(*lines)


def with_port(server: str, port: int) -> str:
    """``HOST``, ``HOST:PORT`` or ``[IPV6]:PORT``, with ``port`` where none is given.

    >>> with_port("192.0.2.1", 830), with_port("[::1]", 830), with_port("rr1:50052", 830)
    ('192.0.2.1:830', '[::1]:830', 'rr1:50052')
    """
    host, colon, given = server.rpartition(":")
    if server and (not colon or server.endswith("]")):
        return f"{server}:{port}"
    bare = ":" in host and not host.startswith("[")
    if not host or bare or not given.isdecimal() or not 0 < int(given) < _PORTS:
        raise InputError.single(
            "no server", value=server, expected="HOST, HOST:PORT or [IPV6]:PORT"
        )
    return server


def _login(text: str, key: Path | None, ssh_config: Path | None) -> Login:
    user, at, server = text.rpartition("@")
    if ":" in user:
        # What stands there may be a password: it is not said again.
        raise InputError.single(
            "a password in a login", expected="USER@HOST or USER@HOST:PORT", field="netconf",
            remedy="A password there is seen by all who list processes: use a key",
        )  # fmt: skip
    if not at or not user:
        raise InputError.single(
            "no login", value=text, expected="USER@HOST or USER@HOST:PORT", field="netconf"
        )
    host, _, port = with_port(server, _NETCONF_PORT).rpartition(":")
    return Login(user, host.strip("[]"), int(port), key, ssh_config)


def _identifier(headend: str | None) -> IPv4Address:
    try:
        return IPv4Address(headend or "")
    except AddressValueError:
        raise InputError.single(
            "no BGP Identifier", value=headend, field="headend",
            expected="that of the router, as 192.0.2.1: the route target names it",
        ) from None  # fmt: skip
