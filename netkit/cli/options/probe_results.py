"""The options of ``netkit probe send`` that say what delays are held against and where they go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from netkit.cli.options.groups import OptionGroup
from netkit.cli.options.probe_values import bound_us

WARN_MARGIN_PERCENT = 10.0
"""A delay within the tier that is closer to its bound than this share of it is degraded."""


@dataclass(frozen=True, slots=True)
class JudgeOptions(OptionGroup):
    """What delays are judged against."""

    PANEL: ClassVar[str] = "Judgement"

    tier: Annotated[str | None, typer.Option(help="Judge against a tier: 1ms, 5ms, 20ms …")] = None
    bound_ms: Annotated[
        float | None, typer.Option(help="Judge against this one-way bound in milliseconds.")
    ] = None
    warn_margin: Annotated[
        float,
        typer.Option(
            min=0,
            max=100,
            help="Degraded (exit code 1) if closer to the bound than so many % of it.",
        ),
    ] = WARN_MARGIN_PERCENT
    clock_error_ms: Annotated[
        float | None,
        typer.Option(
            min=0, max=1e9, help="What both clocks may be off together, if you know better."
        ),
    ] = None
    remove_skew: Annotated[
        bool, typer.Option("--remove-skew", help="Figures as if both clocks ran at one rate.")
    ] = False

    @property
    def bound_us(self) -> int | None:
        """What ``--tier`` or ``--bound-ms`` say."""
        return bound_us(self.tier, self.bound_ms)


@dataclass(frozen=True, slots=True)
class ResultOptions(OptionGroup):
    """Where results go."""

    PANEL: ClassVar[str] = "Results"

    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print one line, and no progress.")
    ] = False
    csv: Annotated[
        Path | None, typer.Option(help="Write every sample to this file, or add them to it.")
    ] = None
    interim: Annotated[
        Path | None, typer.Option(help="Say there how the run stands, in lines of JSON; -: stdout.")
    ] = None
    interim_every: Annotated[
        float, typer.Option(min=0.25, max=86_400, help="Seconds between those lines.")
    ] = 10
    src: Annotated[str, typer.Option(help="What this end is called in that file.")] = "localhost"
    dst: Annotated[str | None, typer.Option(help="What HOST is called in that file.")] = None
