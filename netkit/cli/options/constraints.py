"""Options of ``netkit plan`` that constrain paths beside their delay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.grammar import completion
from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.groups import OptionGroup
from netkit.errors import InputError, chosen

if TYPE_CHECKING:
    from netkit.model.planning.demand import Constraints

Names = list[str] | None

_MOST_PERCENT = 99


@dataclass(frozen=True, slots=True)
class ConstraintOptions(OptionGroup):
    """What lists must keep beside the bound; fields as in
    ``netkit.model.planning.plan.Constraints``.
    """

    PANEL: ClassVar[str] = "Constraints, kept on every ECMP branch"

    max_hops: Annotated[int | None, typer.Option(min=1, help="Most links of any branch.")] = None
    max_jitter: Annotated[
        Duration | None,
        duration_option(
            "--max-jitter", least="1us", most="1000s", help="Most delay variation in all."
        ),
    ] = None
    max_loss: Annotated[
        float | None,
        typer.Option("--max-loss", metavar="PERCENT", help="Most packets lost in all."),
    ] = None
    include_any: Annotated[Names, typer.Option(help="Admin groups of which a link needs one.")] = (
        None
    )
    include_all: Annotated[Names, typer.Option(help="Admin groups that a link needs.")] = None
    exclude_any: Annotated[Names, typer.Option(help="Admin groups that no link may have.")] = None
    exclude_srlg: Annotated[Names, typer.Option(help="Shared risks that no link may have.")] = None
    exclude_node: Annotated[
        Names,
        typer.Option(help="Nodes to stay out of, ends aside.", autocompletion=completion.nodes),
    ] = None
    exclude_operator: Annotated[
        Names, typer.Option(help="Operators to stay out of, ends aside.")
    ] = None
    avoid_region: Annotated[Names, typer.Option(help="Hubs or places to stay out of.")] = None
    via: Annotated[
        Names,
        typer.Option(
            "--via", help="Nodes to visit, in this order.", autocompletion=completion.nodes
        ),
    ] = None
    metric: Annotated[
        str,
        typer.Option(
            help="What is minimised: igp, te, delay, hops or cost.",
            autocompletion=completion.metrics,
        ),
    ] = "igp"

    @property
    def asked(self) -> Constraints:
        """The options as one value; which names there are is for a topology to say."""
        from netkit.model.planning.demand import Constraints, Metric

        return Constraints(
            max_hops=self.max_hops,
            max_jitter_us=None if self.max_jitter is None else self.max_jitter.us,
            max_loss_ppb=_loss_ppb(self.max_loss),
            include_any=frozenset(self.include_any or ()),
            include_all=frozenset(self.include_all or ()),
            exclude_any=frozenset(self.exclude_any or ()),
            exclude_srlgs=frozenset(self.exclude_srlg or ()),
            exclude_nodes=frozenset(self.exclude_node or ()),
            exclude_operators=frozenset(self.exclude_operator or ()),
            avoid_regions=frozenset(self.avoid_region or ()),
            waypoints=tuple(self.via or ()),
            metric=chosen(Metric, self.metric, "metric"),
        )


def _loss_ppb(percent: float | None) -> int | None:
    from netkit.model.units import percent_to_ppb

    if percent is None:
        return None
    if not 0 <= percent <= _MOST_PERCENT:
        expected = f"0 to {_MOST_PERCENT}"
        raise InputError.single("--max-loss", value=percent, expected=expected)
    return percent_to_ppb(percent)
