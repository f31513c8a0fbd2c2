"""Between whom lists are wanted, within which bounds, and how much traffic they are to carry."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.common import milliseconds
from netkit.cli.options.groups import OptionGroup
from netkit.errors import InputError, counted

if TYPE_CHECKING:
    from netkit.files.importers.imported import Imported, Wish
    from netkit.model.network.topology import Topology
    from netkit.model.planning.demand import Demand
    from netkit.model.planning.tier import TierProfile

ProfileOption = Annotated[
    str, typer.Option(help="Tier profile: 2023, 2021, stretch, or a YAML file of your own.")
]


@dataclass(frozen=True, slots=True)
class BoundOptions(OptionGroup):
    """Which bound a demand has that does not come with its own."""

    PANEL: ClassVar[str] = "Bounds"

    profile: ProfileOption = "2023"
    bound: Annotated[
        float | None,
        typer.Option("--bound", metavar="MS", help="One bound for all, instead of tiers."),
    ] = None

    @property
    def name(self) -> str:
        """What a plan says that its bounds come from."""
        return self.tiers.name if self.bound is None else f"bound {self.bound:g} ms"

    @property
    def tiers(self) -> TierProfile:
        """The profile that ships under its name, or that of the file."""
        from netkit.files.tier_profiles import profile_named

        return profile_named(self.profile)

    def demands(
        self, topology: Topology, pairs: Iterable[tuple[str, str] | Demand]
    ) -> tuple[Demand, ...]:
        """Demands in the order of ``pairs``; those with a bound of their own keep it."""
        from netkit.model.planning.tier import bounded

        return bounded(topology, pairs, self.tiers, milliseconds(self.bound, "--bound"))


@dataclass(frozen=True, slots=True)
class PairOptions(OptionGroup):
    """Between whom lists are wanted."""

    PANEL: ClassVar[str] = "Demands"

    pair: Annotated[
        list[str] | None,
        typer.Option("--pair", metavar="SRC:DST", help="One direction of a pair; can be repeated."),
    ] = None
    pairs: Annotated[
        str | None,
        typer.Option(
            "--pairs", help="`clusters` (the default), `all`, or a number drawn at random."
        ),
    ] = None
    demands: Annotated[
        Path | None,
        typer.Option(
            "--demands",
            help="Demands: CSV src,dst[,bound_ms,bandwidth_gbps,priority], Repetita, SNDlib.",
        ),
    ] = None
    seed: Annotated[int, typer.Option(help="Seed of the random pairs.")] = 0

    def read(
        self, imported: Imported, bounds: BoundOptions, load: LoadOptions | None = None
    ) -> tuple[Demand, ...]:
        """The demands, in the order of the file or of the options; with what ``load`` reserves."""
        if self.demands is None:
            chosen = _chosen(imported, self.pair, self.pairs, self.seed)
            found = bounds.demands(imported.topology, chosen)
        elif self.pair or self.pairs:
            raise InputError.single("--demands beside --pair or --pairs", expected="one of them")
        else:
            found = _from_file(imported, self.demands, bounds, load)
        if not found:
            topology = imported.topology
            raise InputError.single(
                "no pairs to plan", value=topology.name, expected="two active nodes at least"
            )
        bandwidth_bps = None if load is None else load.bandwidth_bps
        return tuple(
            replace(one, bandwidth_bps=one.bandwidth_bps or bandwidth_bps) for one in found
        )


@dataclass(frozen=True, slots=True)
class LoadOptions(OptionGroup):
    """How much traffic the demands bring, and how it may be carried."""

    PANEL: ClassVar[str] = "Bandwidth"

    bandwidth: Annotated[
        float | None,
        typer.Option(
            "--bandwidth", metavar="GBPS", help="Reserve so much for each demand without its own."
        ),
    ] = None
    reserve: Annotated[
        bool | None,
        typer.Option(
            help="Reserve the bandwidths that the demands file states; by default those of a CSV."
        ),
    ] = None
    reserve_backups: Annotated[
        bool, typer.Option(help="Reserve a demand's bandwidth for its backup as well.")
    ] = True
    share: Annotated[
        int,
        typer.Option(
            min=1, max=100, help="Split what no single list can carry over so many, by weight."
        ),
    ] = 1
    repack: Annotated[
        bool,
        typer.Option(
            "--repack/--no-repack", help="In the end move demands where more are carried so."
        ),
    ] = False

    @property
    def bandwidth_bps(self) -> int | None:
        """What each demand without a bandwidth of its own reserves."""
        from netkit.model.units import BPS_PER_GBPS

        if self.bandwidth is None:
            return None
        if not 1e-9 <= self.bandwidth <= 1e6:
            expected = "0.000000001 to 1000000 Gbit/s"
            raise InputError.single("--bandwidth", value=self.bandwidth, expected=expected)
        return round(self.bandwidth * BPS_PER_GBPS)

    def taken(self, wish: Wish) -> int | None:
        """What a demand of a file reserves."""
        wanted = wish.reserve if self.reserve is None else self.reserve
        return wish.bandwidth_bps or None if wanted else None

    def tell_unreserved(self, file: Path, wishes: Sequence[Wish]) -> None:
        """Say on stderr that bandwidths are stated which nobody has asked to reserve."""
        stated = [wish for wish in wishes if wish.bandwidth_bps and not wish.reserve]
        if stated and self.reserve is None:
            what = f"{counted(len(stated), 'demand')} with a bandwidth; --reserve reserves it"
            typer.echo(f"netkit: note: {file}: {what}", err=True)


def _from_file(
    imported: Imported, file: Path, bounds: BoundOptions, load: LoadOptions | None
) -> tuple[Demand, ...]:
    """The demands of a file, in its order; those without a bound get that of the options."""
    from netkit.files.demands import read_demands
    from netkit.model.planning.demand import Demand

    wishes = read_demands(
        file, imported, lambda note: typer.echo(f"netkit: note: {note}", err=True)
    )
    demands = bounds.demands(
        imported.topology,
        (
            (wish.src, wish.dst)
            if wish.bound_us is None
            else Demand(wish.src, wish.dst, wish.bound_us)
            for wish in wishes
        ),
    )
    if load is None:
        return demands
    load.tell_unreserved(file, wishes)
    return tuple(
        replace(demand, bandwidth_bps=load.taken(wish), priority=wish.priority, color=wish.color)
        for demand, wish in zip(demands, wishes, strict=True)
    )


def _chosen(
    imported: Imported, pair: list[str] | None, pairs: str | None, seed: int
) -> list[tuple[str, str]]:
    if pair and pairs:
        raise InputError.single("--pair and --pairs", expected="one of the two")
    if pair:
        return [_split(text, imported) for text in pair]
    topology = imported.topology
    names = [node.name for node in topology.active_nodes]
    if pairs is None or pairs == "clusters":
        from netkit.model.network.elements import Role

        clusters = [node.name for node in topology.active_nodes if node.role is Role.CLUSTER]
        names = clusters if pairs or len(clusters) > 1 else names
    elif pairs.isascii() and pairs.isdigit() and int(pairs) > 0:
        return _drawn(names, int(pairs), seed)
    elif pairs != "all":
        expected = "`clusters`, `all` or a number above 0"
        raise InputError.single("--pairs", value=pairs, expected=expected)
    return list(itertools.permutations(names, 2))


def _drawn(names: list[str], count: int, seed: int) -> list[tuple[str, str]]:
    """Different ordered pairs at random; they are numbered, not listed: there may be millions."""
    others = len(names) - 1
    every = range(len(names) * others)
    drawn = random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311
    found = []
    for number in drawn:
        src, dst = divmod(number, others)
        found.append((names[src], names[dst + (dst >= src)]))
    return sorted(found)


def _split(text: str, imported: Imported) -> tuple[str, str]:
    """SRC:DST as names of nodes; labels of the file will do."""
    src, colon, dst = text.partition(":")
    if not (src and colon and dst):
        raise InputError.single("--pair", value=text, expected="SRC:DST, two node names")
    from netkit.files.importers.node_words import node_words

    words = node_words(imported)
    return words.node(src, "--pair"), words.node(dst, "--pair")
