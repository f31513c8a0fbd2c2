"""Which window a probe belongs to, on a clock that may be set at any time.

Windows begin at multiples of their length on the UTC clock. Two windows of one run must not have
one name, as a store keeps the first: a clock that is set back into times that this run has already
used leaves the latest window open until it has left them. That window, those times that are kept
still, and each window that was begun late or left early, are not ``whole``.
"""

from __future__ import annotations

from dataclasses import dataclass

_SPARE = 64


@dataclass(slots=True)
class Turn:
    """The nth window of a run: when it began by the UTC clock, how often that was set in it.

    ``set_ns`` is by how much at most at once, in it or in the one after it: before it was set the
    clock was wrong by as much, or after.
    """

    number: int
    start_ns: int
    whole: bool
    steps: int = 0
    set_ns: int = 0


class Timeline:
    """The windows of one length; :meth:`look` at the clock before each probe."""

    def __init__(self, length_ns: int) -> None:
        self.length_ns = length_ns
        self._turns: dict[int, Turn] = {}
        self._now: Turn | None = None
        self._used: list[list[int]] = []
        self._kept = _SPARE

    def keep(self, lasting_ns: int) -> None:
        """Windows are asked for until so long after they began."""
        self._kept = max(self._kept, lasting_ns // self.length_ns + _SPARE)

    def look(self, wall_ns: int, *, stepped: bool = False, step_ns: int = 0) -> int:
        """The number of the window of now; ``stepped`` says that the clock has just been set, by
        ``step_ns``."""
        start_ns = wall_ns // self.length_ns * self.length_ns
        now = self._now
        if now is None or not (now.start_ns == start_ns or self._is_used(start_ns)):
            now = self._begin(start_ns, stepped=stepped)
        elif stepped or now.start_ns != start_ns:
            now.whole = False
            self._overlaid(start_ns)
        now.steps += stepped
        for number in (now.number - 1, now.number):
            turn = self._turns.get(number)
            if turn is not None:
                turn.set_ns = max(turn.set_ns, abs(step_ns))
        return now.number

    def turn(self, number: int) -> Turn:
        """A window of the time that is kept."""
        return self._turns[number]

    @property
    def now(self) -> int:
        """The number of the latest window; 0 before the first."""
        return 0 if self._now is None else self._now.number

    def _overlaid(self, start_ns: int) -> None:
        """Probes of now say a time of that window: their reflector may count them in it."""
        for turn in self._turns.values():
            if turn.start_ns == start_ns:
                turn.whole = False

    def _begin(self, start_ns: int, *, stepped: bool) -> Turn:
        before = self._now
        follows = before is not None and before.start_ns + self.length_ns == start_ns
        if before is not None:
            before.whole &= follows and not stepped
        number = 0 if before is None else before.number + 1
        begun = self._now = self._turns[number] = Turn(number, start_ns, follows and not stepped)
        self._turns.pop(number - self._kept, None)
        if follows:
            self._used[-1][1] = start_ns
        else:
            self._used = [*self._used[1 - _SPARE :], [start_ns, start_ns]]
        return begun

    def _is_used(self, start_ns: int) -> bool:
        return any(low <= start_ns <= high for low, high in self._used)
