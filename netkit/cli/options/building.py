"""What ``netkit advise`` and ``netkit detour`` share: what could be built, and how fast it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.groups import OptionGroup
from netkit.cli.options.source import Source
from netkit.errors import chosen

if TYPE_CHECKING:
    from netkit.model.planning.addition import AdditionKind
    from netkit.model.planning.augmentation import BuildRule

_MOST = "1s"


class _Kind(StrEnum):
    """What may be named to be built."""

    LINKS = "links"
    DIRECT_CONNECT = "direct-connect"
    EXCHANGE = "exchange"


MaxSidsOption = Annotated[
    int | None, typer.Option(min=1, help="Longest list, the service SID counted.")
]


@dataclass(frozen=True, slots=True)
class BuildOptions(OptionGroup):
    """What could be built, and how fast it is; ``--route-factor`` holds for new fibre too."""

    PANEL: ClassVar[str] = "What could be built"

    candidates: Annotated[
        str, typer.Option(help="Which: links, direct-connect, exchange, separated by commas.")
    ] = ",".join(_Kind)
    max_km: Annotated[float | None, typer.Option(min=0, help="Most fibre km of one new link.")] = (
        None
    )
    equipment: Annotated[
        Duration, duration_option("--equipment", most=_MOST, help="Fixed delay of a new link.")
    ] = Duration(20_000)
    hand_over: Annotated[
        Duration, duration_option("--hand-over", most=_MOST, help="Delay of a new hand-over.")
    ] = Duration(120_000)

    @property
    def kinds(self) -> frozenset[AdditionKind]:
        """The kinds named; raises InputError for words that are none."""
        from netkit.model.planning.addition import AdditionKind

        meant = {
            _Kind.LINKS: {AdditionKind.LINK, AdditionKind.NODE},
            _Kind.DIRECT_CONNECT: {AdditionKind.DIRECT_CONNECT},
            _Kind.EXCHANGE: {AdditionKind.EXCHANGE},
        }
        words = (word.strip() for word in self.candidates.split(","))
        named = {chosen(_Kind, word, "candidates") for word in words}
        return frozenset(kind for one in named for kind in meant[one])

    def rule(self, source: Source) -> BuildRule:
        """How new things get their delays."""
        from netkit.model.network.derive import DelayRule
        from netkit.model.planning.augmentation import BuildRule

        delay = DelayRule(source.route_factor, equipment_us=self.equipment.us)
        return BuildRule(delay, self.hand_over.us, self.max_km)
