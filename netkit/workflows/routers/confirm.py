"""Commit-confirmed by measurement: a change stands only if every policy is seen to keep its tier.

The measurement runs inside the transaction. Whatever ends it early, from Ctrl-C to a power cut, the
journal has no commit yet: the change is taken back at once, or by recovery.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from netkit.apply.faults import TierError
from netkit.errors import ExitCode, counted
from netkit.model.verdict import Verdict, exit_code, worst
from netkit.probe.run.tiers import TierBench, TierMeasured, TierProbe
from netkit.report.documents.routers.measured import measured_to_json
from netkit.report.terminal.routers.measured import measured_line


@dataclass(frozen=True, slots=True)
class Confirming:
    """``probes`` are measured for ``window_s``; with ``keep_unsure`` only a breach is taken back.

    ``clock_error_ms`` replaces what both clocks say that they may be off.
    """

    probes: tuple[TierProbe, ...]
    window_s: float
    clock_error_ms: float | None = None
    keep_unsure: bool = False


class Confirmation:
    """One measurement: :meth:`open` before the change, :meth:`judge` after it; ``measured`` is what
    it saw. Without ``asked`` it confirms in silence."""

    def __init__(self, asked: Confirming | None) -> None:
        self.measured: tuple[TierMeasured, ...] | None = None
        self._asked = asked
        self._bench: TierBench | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def open(self) -> None:
        """Have all sockets; raises InputError and ProbeError while nothing is changed."""
        if self._asked is not None:
            bench = TierBench(self._asked.probes, self._asked.window_s)
            self._bench = self._stack.enter_context(bench)

    def judge(self) -> None:
        """Measure; raises TierError where the change must not stand."""
        if self._asked is None or self._bench is None:
            return
        try:
            self.measured = self._bench.run(self._asked.clock_error_ms)
        except KeyboardInterrupt:
            raise TierError(
                "interrupted before the tiers were measured", ExitCode.UNKNOWN
            ) from None
        failed = [one for one in self.measured if not self._stands(one.verdict)]
        if failed:
            raise TierError(not_kept(failed, self.measured), _code(failed))

    def facts(self) -> dict[str, object]:
        """What was measured, for the audit trail."""
        return {} if self.measured is None else {"measured": measured_to_json(self.measured)}

    def _stands(self, verdict: Verdict) -> bool:
        unsure = self._asked is not None and self._asked.keep_unsure
        return verdict is Verdict.PASS or (unsure and verdict is not Verdict.BREACH)


def not_kept(failed: Sequence[TierMeasured], measured: Sequence[TierMeasured]) -> str:
    """Why a change was taken back: every policy that did not keep its tier, a line each."""
    of = f"{len(failed)} of {counted(len(measured), 'policy')}"
    lines = "\n".join(f"  {measured_line(one)}" for one in failed)
    return f"not seen to keep their tier: {of}\n{lines}"


def _code(failed: Iterable[TierMeasured]) -> ExitCode:
    return exit_code(worst(one.verdict for one in failed))
