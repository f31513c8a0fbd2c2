"""Between whom lists are wanted, within which bounds, and how much traffic they are to carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.grammar import completion
from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.grammar.loudness import note
from netkit.cli.options.groups import OptionGroup
from netkit.errors import InputError, counted

if TYPE_CHECKING:
    from netkit.model.planning.tier import TierProfile
    from netkit.model.planning.wanted import Wanted

ProfileOption = Annotated[
    str,
    typer.Option(
        help="Tier profile: 2023, 2021, stretch, or a YAML file of your own.",
        autocompletion=completion.profiles,
    ),
]


BoundOption = Annotated[
    Duration | None,
    duration_option(
        "--bound", least="1us", most="1000s", help="One one-way bound for all, instead of tiers."
    ),
]


@dataclass(frozen=True, slots=True)
class BoundOptions(OptionGroup):
    """Which bound a demand has that does not come with its own."""

    PANEL: ClassVar[str] = "Bounds"

    profile: ProfileOption = "2023"
    bound: BoundOption = None

    @property
    def name(self) -> str:
        """What a plan says that its bounds come from."""
        return self.tiers.name if self.bound is None else f"bound {self.bound.ms:g} ms"

    @property
    def tiers(self) -> TierProfile:
        """The profile that ships under its name, or that of the file."""
        from netkit.files.tier_profiles import profile_named

        return profile_named(self.profile)

    @property
    def bound_us(self) -> int | None:
        """What ``--bound`` says."""
        return None if self.bound is None else self.bound.us


@dataclass(frozen=True, slots=True)
class PairOptions(OptionGroup):
    """Between whom lists are wanted."""

    PANEL: ClassVar[str] = "Demands"

    pair: Annotated[
        list[str] | None,
        typer.Option(
            "--pair",
            metavar="SRC:DST",
            autocompletion=completion.pairs,
            help="One direction of a pair; can be repeated.",
        ),
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

    @property
    def wanted(self) -> Wanted:
        """What is asked for, in words; which nodes they mean is for a topology to say."""
        from netkit.files.demands import read_demands

        if self.demands is None:
            return _chosen(self.pair, self.pairs, self.seed)
        if self.pair or self.pairs:
            raise InputError.single("--demands beside --pair or --pairs", expected="one of them")
        return read_demands(self.demands)


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

    def tell_unreserved(self, wanted: Wanted) -> None:
        """Say on stderr that bandwidths are stated which nobody has asked to reserve."""
        from netkit.model.planning.wanted import DemandTable

        if self.reserve is not None or not isinstance(wanted, DemandTable):
            return
        stated = [
            wish
            for wish in wanted.wishes
            if wish.bandwidth_bps and not wish.reserve and wish.src != wish.dst
        ]
        if stated:
            what = f"{counted(len(stated), 'demand')} with a bandwidth; --reserve reserves it"
            note(f"{wanted.file}: {what}")


def _chosen(pair: list[str] | None, pairs: str | None, seed: int) -> Wanted:
    from netkit.model.planning.wanted import Among, PairChoice

    if pair and pairs:
        raise InputError.single("--pair and --pairs", expected="one of the two")
    if pair:
        return tuple(map(_split, pair))
    if pairs is None:
        return PairChoice()
    if pairs in (Among.CLUSTERS, Among.ALL):
        return PairChoice(Among(pairs))
    if re.fullmatch(r"0{0,99}[1-9][0-9]{0,8}", pairs):
        return PairChoice(drawn=int(pairs), seed=seed)
    expected = "`clusters`, `all` or a number from 1 to 999999999"
    raise InputError.single("--pairs", value=pairs, expected=expected)


def _split(text: str) -> tuple[str, str]:
    """SRC:DST as two words."""
    src, colon, dst = text.partition(":")
    if not (src and colon and dst):
        raise InputError.single("--pair", value=text, expected="SRC:DST, two node names")
    return src, dst
