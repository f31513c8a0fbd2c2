"""The four answers that netkit gives to "does this pair keep its tier?"."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from netkit.errors import ExitCode


class Verdict(StrEnum):
    """``inconclusive``: the uncertainty straddles the bound; ``unknown``: could not be measured."""

    PASS = "pass"
    BREACH = "breach"
    INCONCLUSIVE = "inconclusive"
    UNKNOWN = "unknown"


_WORST_FIRST = (Verdict.BREACH, Verdict.UNKNOWN, Verdict.INCONCLUSIVE, Verdict.PASS)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a whole from those of its parts; of nothing at all it is ``unknown``.

    >>> worst([Verdict.PASS, Verdict.UNKNOWN, Verdict.INCONCLUSIVE]).value
    'unknown'
    >>> worst([]).value
    'unknown'
    """
    seen = set(verdicts)
    return next((verdict for verdict in _WORST_FIRST if verdict in seen), Verdict.UNKNOWN)


def judge(figure_us: float | None, uncertainty_us: float, bound_us: float) -> Verdict:
    """Compare a figure with a bound, both one-way in µs, honestly about its uncertainty.

    >>> [judge(us, 50, 1000).value for us in (950, 951, 1050, 1051)]
    ['pass', 'inconclusive', 'inconclusive', 'breach']
    >>> judge(None, 0, 1000).value
    'unknown'
    """
    if figure_us is None:
        return Verdict.UNKNOWN
    if figure_us + uncertainty_us <= bound_us:
        return Verdict.PASS
    if figure_us - uncertainty_us > bound_us:
        return Verdict.BREACH
    return Verdict.INCONCLUSIVE


def exit_code(verdict: Verdict, *, degraded: bool = False) -> ExitCode:
    """With which code a command ends that comes to this verdict.

    ``degraded``: it passes, but by less than somebody wants. What is not known to pass or to
    breach is for a person to look at.

    >>> exit_code(Verdict.INCONCLUSIVE).name, exit_code(Verdict.PASS, degraded=True).name
    ('UNKNOWN', 'DEGRADED')
    """
    if verdict is Verdict.PASS:
        return ExitCode.DEGRADED if degraded else ExitCode.OK
    return ExitCode.BREACH if verdict is Verdict.BREACH else ExitCode.UNKNOWN


_GRAVEST_FIRST = (ExitCode.BREACH, ExitCode.UNKNOWN, ExitCode.DEGRADED, ExitCode.OK)


def worst_code(codes: Iterable[ExitCode]) -> ExitCode:
    """With which code a command ends whose parts come to these; of nothing at all ``UNKNOWN``.

    >>> worst_code([ExitCode.OK, ExitCode.UNKNOWN, ExitCode.DEGRADED]).name
    'UNKNOWN'
    """
    seen = set(codes)
    return next((code for code in _GRAVEST_FIRST if code in seen), ExitCode.UNKNOWN)
