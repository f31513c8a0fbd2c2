"""What raises an alarm, and what clears it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from netkit.model.units import NS_PER_S


class Condition(StrEnum):
    """What of a direction of a window is judged.

    ``tier``: its verdict against the bound of its tier. ``loss``: the share that is lost. ``delay``
    and ``jitter``: whether it changed against the baseline, as :mod:`netkit.monitor.changes` says.
    ``silent``: there is no window where there should be one.
    """

    TIER = "tier"
    LOSS = "loss"
    DELAY = "delay"
    JITTER = "jitter"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Count:
    """``least`` of the last ``of`` windows."""

    least: int
    of: int


RAISES, CLEARS = Count(3, 5), Count(5, 5)
"""What rules have that state nothing else."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``campaigns`` is None for all. ``over`` is a share of 1 for ``loss``, ns for ``delay`` and
    ``jitter``, None where the condition has no figure."""

    name: str
    condition: Condition
    raises: Count = RAISES
    clears: Count = CLEARS
    over: float | None = None
    campaigns: frozenset[str] | None = None

    def holds(self, campaign: str) -> bool:
        """Whether it is for a campaign of that name."""
        return self.campaigns is None or campaign in self.campaigns


class Channel(StrEnum):
    """How an alarm is told."""

    WEBHOOK = "webhook"
    SYSLOG = "syslog"
    COMMAND = "command"
    APPRISE = "apprise"


@dataclass(frozen=True, slots=True)
class Target:
    """Where alarms are told. ``to`` is a URL, a syslog address, or words of a command and its
    arguments; ``rules`` are those that it is told of, None for all."""

    name: str
    channel: Channel
    to: tuple[str, ...]
    rules: frozenset[str] | None = None
    timeout_ns: int = 10 * NS_PER_S


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """A file of rules: what raises alarms, and who is told."""

    rules: tuple[Rule, ...]
    targets: tuple[Target, ...] = ()

    @property
    def target(self) -> Mapping[str, Target]:
        """Targets by name."""
        return {one.name: one for one in self.targets}
