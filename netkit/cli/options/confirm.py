"""How long a change is on probation, and what is measured of it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import AddressValueError, IPv6Address
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer

from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.groups import OptionGroup
from netkit.cli.options.probe_values import host_and_port
from netkit.errors import InputError, Problem
from netkit.model.units import NS_PER_S

if TYPE_CHECKING:
    from netkit.workflows.routers.confirm import Confirming
    from netkit.workflows.routers.probes import Network

_CONFIRM, _SHORTEST, _LONGEST = "--confirm", "1s", "1h"

CLOCK_ERROR = duration_option(
    "--clock-error", help="What both clocks may be off together, if you know better."
)


def confirm_option(help: str) -> Any:  # noqa: A002, ANN401
    """How long a change is on probation."""
    return duration_option(_CONFIRM, least=_SHORTEST, most=_LONGEST, help=help)


class Unsure(StrEnum):
    """What becomes of a change of which nobody can tell whether it keeps its tiers."""

    UNDO = "undo"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class ConfirmOptions(OptionGroup):
    """A change that stands only if the policies are measured to keep their tiers."""

    PANEL: ClassVar[str] = "Confirmation by measurement"

    confirm: Annotated[
        Duration | None,
        confirm_option(
            "Measure the policies so long after the change, and take it back unless each keeps its "
            "tier."
        ),
    ] = None
    reflector: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POLICY=ADDRESS[:PORT]",
            help="Measure this policy to that STAMP reflector; else to the far router's address "
            "towards its customers. May be repeated.",
        ),
    ] = None
    clock_error: Annotated[Duration | None, CLOCK_ERROR] = None
    when_unsure: Annotated[
        Unsure, typer.Option(help="What to do where it cannot be told whether a tier is kept.")
    ] = Unsure.UNDO

    @property
    def asked(self) -> bool:
        """Is anything to be measured? Raises InputError for what goes with a measurement alone."""
        if self.confirm is None:
            for name, value in (("reflector", self.reflector), ("clock_error",
                                self.clock_error)):  # fmt: skip
                if value is not None:
                    raise InputError.argument(name, expected="--confirm beside it")
        return self.confirm is not None

    def confirming(self, network: Network, router: str) -> Confirming | None:
        """What is asked for, of that router; None without ``--confirm``. Raises InputError for what
        cannot be measured, and for too little time."""
        from netkit.probe.run.tiers import schedule
        from netkit.workflows.routers.confirm import Confirming
        from netkit.workflows.routers.probes import policy_probes

        if self.confirm is None:
            return None
        probes = policy_probes(network, router, self._reflectors())
        window_s = whole_seconds(self.confirm)
        error_ms = None if self.clock_error is None else self.clock_error.ms
        schedule(sum(one.flows for one in probes), window_s)
        return Confirming(probes, window_s, error_ms, self.when_unsure is Unsure.KEEP)

    def _reflectors(self) -> dict[str, tuple[IPv6Address, int]]:
        found, problems = {}, []
        for word in self.reflector or ():
            name, _, where = word.partition("=")
            try:
                host, port = host_and_port(where, None)
                found[name] = IPv6Address(host), port
            except (AddressValueError, InputError):
                expected = "POLICY=ADDRESS or POLICY=[ADDRESS]:PORT, of IPv6"
                problems.append(Problem(None, None, "no reflector", word, expected, None,
                                        "reflector"))  # fmt: skip
        if problems:
            raise InputError(problems)
        return found


def whole_seconds(confirm: Duration) -> int:
    """What routers count probation in. Raises InputError for a part of a second.

    >>> whole_seconds(Duration(30_000_000_000))
    30
    """
    if confirm.ns % NS_PER_S:
        raise InputError.single(_CONFIRM, value=confirm, expected="whole seconds")
    return confirm.ns // NS_PER_S
