"""How far the closed loop may go, and how it is damped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.options.groups import OptionGroup
from netkit.errors import InputError
from netkit.model.units import NS_PER_S

if TYPE_CHECKING:
    from netkit.monitor.loop.advertising import Damping
    from netkit.monitor.loop.step import Limits

_SECONDS = "SECONDS"


@dataclass(frozen=True, slots=True)
class ApplyLimits(OptionGroup):
    """Nothing is applied unless routers are named, and never beyond these limits."""

    PANEL: ClassVar[str] = "Applying"

    apply: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROUTER[=NETNS]",
            help="Change this Linux router, here or in a namespace, where its pairs are in danger; "
            "repeatable. Without it nothing is changed.",
        ),
    ] = None
    most_pairs: Annotated[int, typer.Option(min=1, help="So many pairs change at once.")] = 10
    most_routers: Annotated[int, typer.Option(min=1, help="On so many routers.")] = 5
    gap: Annotated[
        float, typer.Option(metavar=_SECONDS, min=0, help="From one change to the next.")
    ] = 600.0
    probation: Annotated[
        float,
        typer.Option(metavar=_SECONDS, min=1, help="To be seen inside the tier, or taken back."),
    ] = 600.0

    @property
    def netns(self) -> dict[str, str | None]:
        """The namespace of each router that may be changed."""
        found: dict[str, str | None] = {}
        for word in self.apply or []:
            router, _, netns = word.partition("=")
            if not router or router in found:
                expected = "ROUTER or ROUTER=NETNS, each router once"
                raise InputError.argument("apply", value=word, expected=expected)
            found[router] = netns or None
        return found

    @property
    def limits(self) -> Limits:
        """The same as the loop takes it."""
        from netkit.monitor.loop.step import Limits

        return Limits(
            bool(self.apply), self.most_pairs, self.most_routers, _ns(self.gap),
            _ns(self.probation), frozenset(self.netns),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DampingOptions(OptionGroup):
    """When a measured link delay counts (RFC 8570 §5 to §7)."""

    PANEL: ClassVar[str] = "Damping"

    interval: Annotated[
        float, typer.Option(metavar=_SECONDS, min=1, help="Over which the least delay is taken.")
    ] = 120.0
    announce: Annotated[
        float,
        typer.Option(metavar=_SECONDS, min=1, help="At the least between two delays of a link."),
    ] = 120.0
    threshold_us: Annotated[float, typer.Option(min=0, help="A smaller difference is none.")] = 50.0
    threshold_percent: Annotated[float, typer.Option(min=0, help="And so is one of less.")] = 3.0
    accelerated_us: Annotated[
        float, typer.Option(min=0, help="A larger difference does not wait.")
    ] = 500.0
    accelerated_percent: Annotated[
        float, typer.Option(min=0, help="If it is also more than this.")
    ] = 20.0

    @property
    def damping(self) -> Damping:
        """The same as the loop takes it."""
        from netkit.monitor.loop.advertising import Damping

        if self.announce < self.interval:
            expected = f"at least --interval, {self.interval:g} (RFC 8570 §7)"
            raise InputError.argument("announce", value=self.announce, expected=expected)
        return Damping(
            _ns(self.interval), _ns(self.announce), self.threshold_us, self.threshold_percent,
            self.accelerated_us, self.accelerated_percent,
        )  # fmt: skip


def _ns(duration_s: float) -> int:
    return round(duration_s * NS_PER_S)
