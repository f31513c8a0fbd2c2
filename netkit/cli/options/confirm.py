"""How long a change is on probation, and what is measured of it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import AddressValueError, IPv6Address
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.options.groups import OptionGroup
from netkit.cli.options.probe_values import host_and_port
from netkit.errors import InputError, Problem

if TYPE_CHECKING:
    from netkit.workflows.routers.confirm import Confirming
    from netkit.workflows.routers.probes import Network

_LONGEST_SECONDS = 3600


class Unsure(StrEnum):
    """What becomes of a change of which nobody can tell whether it keeps its tiers."""

    UNDO = "undo"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class ConfirmOptions(OptionGroup):
    """A change that stands only if the policies are measured to keep their tiers."""

    PANEL: ClassVar[str] = "Confirmation by measurement"

    confirm: Annotated[
        str | None,
        typer.Option(
            metavar="30s",
            help="Measure the policies so long after the change, and take it back unless each "
            "keeps its tier.",
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
    clock_error_ms: Annotated[
        float | None,
        typer.Option(
            min=0, max=1e9, help="What both clocks may be off together, if you know better."
        ),
    ] = None
    when_unsure: Annotated[
        Unsure, typer.Option(help="What to do where it cannot be told whether a tier is kept.")
    ] = Unsure.UNDO

    @property
    def asked(self) -> bool:
        """Is anything to be measured? Raises InputError for what goes with a measurement alone."""
        if self.confirm is None:
            for name, value in (("reflector", self.reflector), ("clock_error_ms",
                                self.clock_error_ms)):  # fmt: skip
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
        window_s = confirm_seconds(self.confirm)
        schedule(sum(one.flows for one in probes), window_s)
        return Confirming(probes, window_s, self.clock_error_ms, self.when_unsure is Unsure.KEEP)

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


def confirm_seconds(text: str) -> int:
    """``30s`` or ``30``; an hour at most.

    >>> confirm_seconds("30s"), confirm_seconds("5")
    (30, 5)
    """
    number = text.removesuffix("s")
    if not number.isdecimal() or not 0 < int(number) <= _LONGEST_SECONDS:
        raise InputError.single(
            "no time", value=text, expected=f"1s to {_LONGEST_SECONDS}s", field="confirm"
        )
    return int(number)
