"""``netkit probe reflect``: answer STAMP probes, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.options.groups import OptionGroup, grouped
from netkit.cli.options.probe_values import addresses, keys_of, prefixes
from netkit.probe.in_kernel.mode import KernelMode
from netkit.wire.ports import STAMP_PORT

if TYPE_CHECKING:
    from netkit.probe.reflector.policy import ReflectorPolicy


@dataclass(frozen=True, slots=True)
class ListenOptions(OptionGroup):
    """Where to listen, and as whom."""

    PANEL: ClassVar[str] = "Where"

    bind: Annotated[
        list[str] | None,
        typer.Option(
            "--bind",
            help="Local address; may be repeated. Unless given: all, :: and 0.0.0.0",
        ),
    ] = None
    port: Annotated[int, typer.Option(min=1, max=65535, help="UDP port.")] = STAMP_PORT
    interface: Annotated[
        str | None, typer.Option(help="Hear and answer over this interface or VRF only.")
    ] = None
    user: Annotated[str, typer.Option(help="Whom root becomes once the port is bound.")] = "nobody"
    kernel: Annotated[
        KernelMode,
        typer.Option(
            help="Base packets: in the kernel if it can be had; only there, at TCX or by a card's "
            "driver; or in Python."
        ),
    ] = KernelMode.AUTO


@dataclass(frozen=True, slots=True)
class AdmitOptions(OptionGroup):
    """Whom to answer, and how often."""

    PANEL: ClassVar[str] = "Whom to answer"

    allow: Annotated[
        list[str] | None,
        typer.Option(help="Answer this prefix or address only; may be repeated."),
    ] = None
    rate: Annotated[
        float,
        typer.Option(min=0, help="Requests a second from one IPv6 /64 or IPv4 network; 0: any."),
    ] = 5000
    total_rate: Annotated[
        float, typer.Option(min=0, help="Requests a second from all sources together; 0: any.")
    ] = 0
    rate_ipv4_length: Annotated[
        int, typer.Option(min=8, max=32, help="Prefix length of such an IPv4 network.")
    ] = 24
    max_sessions: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="Sessions to remember.")
    ] = 4096
    stateless: Annotated[
        bool, typer.Option("--stateless", help="Remember nothing; copy sequence numbers.")
    ] = False
    key_file: Annotated[
        Path | None, typer.Option(help="Answer only what is authenticated with this key.")
    ] = None
    tlv_key_file: Annotated[
        Path | None, typer.Option(help="Look only at TLVs authenticated with this key.")
    ] = None


@dataclass(frozen=True, slots=True)
class PolicyOptions(OptionGroup):
    """What senders may ask for."""

    PANEL: ClassVar[str] = "What may be asked for"

    allow_return: Annotated[
        list[str] | None,
        typer.Option(help="Return paths may lead through and to this prefix; may be repeated."),
    ] = None
    allow_dscp: Annotated[
        list[int] | None,
        typer.Option(min=0, max=63, help="Replies may be marked so; may be repeated."),
    ] = None
    node_address: Annotated[
        list[str] | None,
        typer.Option(help="An address of this node besides the one asked; may be repeated."),
    ] = None
    micro_session_id: Annotated[
        int | None, typer.Option(min=1, max=65535, help="This end's LAG member link (RFC 9534).")
    ] = None

    hide_location: Annotated[
        bool, typer.Option("--hide-location", help="Tell nobody which addresses are seen here.")
    ] = False

    def policy(self) -> ReflectorPolicy:
        """The options as the reflector takes them; InputError with everything wrong in them."""
        from netkit.probe.reflector.policy import ReflectorPolicy

        return ReflectorPolicy(
            returns=prefixes(self.allow_return, "--allow-return"),
            dscps=frozenset(self.allow_dscp or ()),
            addresses=frozenset(addresses(self.node_address, "--node-address")),
            micro_session_id=self.micro_session_id,
            tells_location=not self.hide_location,
        )


@grouped
def reflect(listen: ListenOptions, admit: AdmitOptions, asked: PolicyOptions) -> None:
    """Answer STAMP and TWAMP Light probes until Ctrl-C or SIGTERM, then say how many.

    Replies are never longer than requests. On ending, each reason for refusing is printed with its
    count.
    """
    from netkit.probe.kernel.no_new_privileges import renounce_new_privileges

    renounce_new_privileges()  # before anything is imported that starts threads

    from netkit.probe.run.reflecting.opening import ReflectOptions
    from netkit.probe.run.reflecting.reflect import reflect as answer

    key, tlv_key = keys_of(admit.key_file, admit.tlv_key_file)
    options = ReflectOptions(
        binds=tuple(listen.bind or ()),
        port=listen.port,
        interface=listen.interface,
        key=key,
        tlv_key=tlv_key,
        stateless=admit.stateless,
        allowed=prefixes(admit.allow, "--allow"),
        source_rate=admit.rate or None,
        total_rate=admit.total_rate or None,
        ipv4_length=admit.rate_ipv4_length,
        max_sessions=admit.max_sessions,
        policy=asked.policy(),
        user=listen.user,
        kernel=listen.kernel,
    )

    def ready(addresses: Sequence[str], how: str) -> None:
        where = ", ".join(addresses)
        typer.echo(f"Reflecting on {where} port {listen.port}; Ctrl-C ends it.", err=True)
        answered(how)

    def answered(how: str) -> None:
        typer.echo(f"Base packets are answered {how}.", err=True)

    def others_answer(how: str) -> None:
        with suppress(OSError):  # whoever read what it said at first may be gone: it answers on
            answered(how)

    # By then it may be nobody, who cannot import anything from where root has it.
    for reason, number in answer(options, ready, others_answer).items():
        typer.echo(f"{reason} {number}")
