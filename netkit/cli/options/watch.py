"""How far the closed loop may go, and how it is damped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.groups import OptionGroup
from netkit.errors import InputError
from netkit.model.units import NS_PER_S, NS_PER_US

if TYPE_CHECKING:
    from netkit.monitor.loop.advertising import Damping
    from netkit.monitor.loop.state import Limits

_LEAST = "1s"


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
    max_pairs: Annotated[int, typer.Option(min=1, help="So many pairs change at once.")] = 10
    max_routers: Annotated[int, typer.Option(min=1, help="On so many routers.")] = 5
    gap: Annotated[Duration, duration_option("--gap", help="From one change to the next.")] = (
        Duration(600 * NS_PER_S)
    )
    probation: Annotated[
        Duration | None,
        duration_option(
            "--probation",
            least=_LEAST,
            help="To be seen inside the tier, or taken back; by default ten minutes, or what two "
            "rounds of the campaign take.",
        ),
    ] = None

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
        from netkit.monitor.loop.state import Limits

        return Limits(
            bool(self.apply), self.max_pairs, self.max_routers, self.gap.ns,
            None if self.probation is None else self.probation.ns, frozenset(self.netns),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DampingOptions(OptionGroup):
    """When a measured link delay counts (RFC 8570 §5 to §7)."""

    PANEL: ClassVar[str] = "Damping"

    over: Annotated[
        Duration,
        duration_option("--over", least=_LEAST, help="The least delay is taken over so long."),
    ] = Duration(120 * NS_PER_S)
    announce: Annotated[
        Duration,
        duration_option(
            "--announce", least=_LEAST, help="At the least between two delays of a link."
        ),
    ] = Duration(120 * NS_PER_S)
    threshold: Annotated[
        Duration, duration_option("--threshold", help="A smaller difference is none.")
    ] = Duration(50 * NS_PER_US)
    threshold_percent: Annotated[float, typer.Option(min=0, help="And so is one of less.")] = 3.0
    accelerated: Annotated[
        Duration, duration_option("--accelerated", help="A larger difference does not wait.")
    ] = Duration(500 * NS_PER_US)
    accelerated_percent: Annotated[
        float, typer.Option(min=0, help="If it is also more than this.")
    ] = 20.0

    @property
    def damping(self) -> Damping:
        """The same as the loop takes it."""
        from netkit.monitor.loop.advertising import Damping

        if self.announce < self.over:
            expected = f"at least --over, {self.over} (RFC 8570 §7)"
            raise InputError.argument("announce", value=self.announce, expected=expected)
        return Damping(
            self.over.ns, self.announce.ns, self.threshold.us, self.threshold_percent,
            self.accelerated.us, self.accelerated_percent,
        )  # fmt: skip
