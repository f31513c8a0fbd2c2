"""Clocks that go wrong in a drill, in words: what happens to them, and what netkit makes of it."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.language.words import say
from netkit.model.drills.clocked import ClockedPhase, ClocksOfDrill, ClockVerdict, Span
from netkit.model.drills.scenario import ClockFault
from netkit.model.units import PPB, us_to_ms
from netkit.report.words.text import visible
from netkit.report.words.units import MISSING, ms_text

_PPM = 1_000_000


def fault_text(fault: ClockFault) -> str:
    """What happens to which clocks."""
    gained = f"{abs(fault.drift_ppb) / (PPB // _PPM):g}"
    parts = [
        words
        for value, words in (
            (fault.offset_us, say("set by {ms} ms", ms=f"{us_to_ms(fault.offset_us):+g}")),
            (fault.drift_ppb < 0, say("slow by {us} µs a second", us=gained)),
            (fault.drift_ppb > 0, say("fast by {us} µs a second", us=gained)),
        )
        if value
    ]
    hosts = visible(", ".join(fault.hosts))
    return say("clocks of {hosts}: {fault}", hosts=hosts, fault=say(", ").join(parts))


def blame_text(one: ClockVerdict) -> str:
    """Whose clocks moved, or which paths got longer, as the delays alone say."""
    parts = [moved_text(host, gained_us) for host, gained_us in one.clocks]
    if not one.shown:
        return say("What the hosts' own delays say: {said}", said=say("no probe came back to tell"))
    if not parts:
        parts.append(say("no clock is seen to have moved"))
    pairs = ", ".join(f"{src} – {dst}" for src, dst in one.slower)
    if pairs:
        parts.append(say("round trips got longer: {pairs}", pairs=visible(pairs)))
    else:
        parts.append(say("no link: all round trips took as long as before"))
    return say("What the hosts' own delays say: {said}", said=say("; ").join(parts))


def moved_text(host: str, gained_us: float | None) -> str:
    """That a host's clock moved, and by how much if that is known."""
    if gained_us is None:
        return say("the clock of {host} may have moved", host=visible(host))
    by = f"{us_to_ms(gained_us):+.3f}"
    return say("the clock of {host} moved, by {ms} ms", host=visible(host), ms=by)


def certain_text(clocks: ClocksOfDrill) -> str:
    """How many of the certified intervals hold the truth."""
    known = [one for one in clocks.phases if one.certain and one.figure_us is not None]
    holding = len(known) - len(clocks.refuted)
    return say(
        "certified intervals that hold the truth: {part} of {all}", part=holding, all=len(known)
    )


def clock_contradictions(clocks: ClocksOfDrill) -> Iterator[str]:
    """A sentence for each interval without the truth, and for each wrong blame."""
    for one in clocks.refuted:
        yield visible(
            say("{src} to {dst}: truly {true} ms, certified {certain}", src=one.src, dst=one.dst,
                true=ms_text(us_to_ms(one.figure_us or 0)), certain=span_text(one.certain))
        )  # fmt: skip
    for verdict in clocks.verdicts:
        if verdict.wrong:
            yield blame_text(verdict)


def span_text(span: Span | None) -> str:
    """From the least to the most, in ms."""
    if span is None:
        return MISSING
    ends = (span.least_us, span.most_us)
    return "–".join(ms_text(None if end is None else us_to_ms(end)) for end in ends)


def shown_phases(clocks: ClocksOfDrill) -> tuple[ClockedPhase, ...]:
    """Those of directions from or to a host whose clock goes wrong, each with its phases together;
    and whatever is refuted."""
    order = dict.fromkeys((one.src, one.dst) for one in clocks.phases)
    return tuple(
        one
        for way in order
        for one in clocks.phases
        if (one.src, one.dst) == way and (way in clocks.read or one.refuted)
    )
