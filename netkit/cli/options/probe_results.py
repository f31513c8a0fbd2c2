"""The options of ``netkit probe send`` that say what delays are held against and where they go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from netkit.cli.common import JsonOption
from netkit.cli.grammar import completion
from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.confirm import CLOCK_ERROR
from netkit.cli.options.groups import OptionGroup
from netkit.cli.options.probe_values import bound_us
from netkit.cli.options.rows import RowOptions
from netkit.model.units import NS_PER_S

WARN_MARGIN_PERCENT = 10.0
"""A delay within the tier that is closer to its bound than this share of it is degraded."""


@dataclass(frozen=True, slots=True)
class JudgeOptions(OptionGroup):
    """What delays are judged against."""

    PANEL: ClassVar[str] = "Judgement"

    tier: Annotated[
        str | None,
        typer.Option(
            help="Judge against a tier: 1ms, 5ms, 20ms …", autocompletion=completion.tiers
        ),
    ] = None
    bound: Annotated[
        Duration | None,
        duration_option(
            "--bound", least="1us", most="1000s", help="Judge against this one-way bound."
        ),
    ] = None
    warn_margin: Annotated[
        float,
        typer.Option(
            min=0,
            max=100,
            metavar="PERCENT",
            help="Degraded (exit code 1) if closer to the bound than so many % of it.",
        ),
    ] = WARN_MARGIN_PERCENT
    clock_error: Annotated[Duration | None, CLOCK_ERROR] = None
    remove_skew: Annotated[
        bool, typer.Option("--remove-skew", help="Figures as if both clocks ran at one rate.")
    ] = False

    @property
    def bound_us(self) -> int | None:
        """What ``--tier`` or ``--bound`` say."""
        return bound_us(self.tier, self.bound)

    @property
    def clock_error_ms(self) -> float | None:
        """What ``--clock-error`` says."""
        return None if self.clock_error is None else self.clock_error.ms


@dataclass(frozen=True, slots=True)
class ResultOptions(OptionGroup):
    """Where results go."""

    PANEL: ClassVar[str] = "Results"

    rows: RowOptions
    json: JsonOption = False
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print one line, and no progress.")
    ] = False
    csv: Annotated[
        Path | None, typer.Option(help="Write every sample to this file, or add them to it.")
    ] = None
    interim: Annotated[
        Path | None, typer.Option(help="Say there how the run stands, in lines of JSON; -: stdout.")
    ] = None
    interim_interval: Annotated[
        Duration,
        duration_option(
            "--interim-interval", least="250ms", most="1d", help="From one line to the next."
        ),
    ] = Duration(10 * NS_PER_S)
    src: Annotated[str, typer.Option(help="What this end is called in that file.")] = "localhost"
    dst: Annotated[str | None, typer.Option(help="What HOST is called in that file.")] = None
