"""What a direction of a cable does to the frames that enter it, whatever the backend.

A line is known by the number of the cable end that frames enter it by, as everywhere in the lab.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netkit.errors import LabError
from netkit.model.units import NS_PER_MS, NS_PER_S

QUEUE_NS: Final = 50 * NS_PER_MS
"""The queue before a line that has a capacity: what would wait longer is lost."""

_PS_BITS_PER_BYTE = 8 * 1000 * NS_PER_S


@dataclass(frozen=True, slots=True)
class LineShape:
    """What a line does to frames, beside losing those of a cut.

    ``jitter_ns``: each frame gets a further delay, uniform between 0 and this; frames never
    overtake each other. ``rate_bps`` with a queue of ``queue_ns`` before it (None: no limit); an
    Ethernet header counts, preamble and checksum do not. ``loss`` is the share of frames lost, in
    runs of ``loss_run`` frames on average (1 / (1 - loss) is without memory, the default; simple
    Gilbert model). ``duplicate`` is the share sent twice, which the backend htb cannot.
    """

    delay_ns: int
    jitter_ns: int = 0
    rate_bps: int | None = None
    queue_ns: int = QUEUE_NS
    loss: float = 0.0
    loss_run: float | None = None
    duplicate: float = 0.0

    @property
    def ps_per_byte(self) -> int:
        """How long a byte takes at the rate; 0 without one."""
        return 0 if self.rate_bps is None else _PS_BITS_PER_BYTE // self.rate_bps

    @property
    def most_ns(self) -> int:
        """The longest that it may hold a frame, but for sending it."""
        queue_ns = 0 if self.rate_bps is None else self.queue_ns
        return self.delay_ns + self.jitter_ns + queue_ns

    def losses(self) -> tuple[float, float]:
        """Probabilities of losing a frame: after a kept one, after a lost one.

        Raises:
            LabError: there are no runs of that length at that share.
        """
        if not 0 <= self.loss <= 1:
            raise LabError(f"loss {self.loss}: expected a share between 0 and 1")
        if self.loss in (0, 1):
            return self.loss, self.loss
        run = 1 / (1 - self.loss) if self.loss_run is None else self.loss_run
        begin = self.loss / (run * (1 - self.loss)) if run > 0 else 2.0
        if run < 1 or begin > 1:
            raise LabError(
                f"loss {self.loss} in runs of {run:g}: expected runs of at least 1 and of "
                f"{self.loss / (1 - self.loss):g}"
            )
        return begin, 1 - 1 / run
