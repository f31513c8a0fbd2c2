"""What a document of a drill tells: what happened when, and every probe of what was hit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netkit.language.words import say
from netkit.model.drills.scenario import DrillPhase
from netkit.model.verdict import Verdict
from netkit.report.drill_words import phase_word
from netkit.report.html.pages.pairs import microseconds
from netkit.report.html.pages.sources import Plain
from netkit.report.html.pages.texts import sentence_of
from netkit.report.words.text import visible

_MOODS = {Verdict.PASS.value: "good", Verdict.BREACH.value: "bad"}


def drill_data(drill: Plain) -> dict[str, object] | None:
    """The story, and the timelines of the directions that it has probes of; None without document.

    Moments are ms since the first probe, delays µs.
    """
    if drill is None:
        return None
    ways = {(one["src"], one["dst"]): one for one in drill["directions"]}
    probes = drill.get("probes", ())
    return {
        "title": drill["title"],
        "story": [[one["start_ms"], sentence_of(one, "text")] for one in drill["moments"]],
        "length": drill["length_ms"],
        "timelines": [_timeline(one, ways[one["src"], one["dst"]]) for one in probes],
        "untouched": len(ways) - len(probes),
        "told": [] if drill["clocks"] is None else _sentences(drill["clocks"].get("told", ())),
        "broken": sorted({link for one in _broken(drill) for link in one["links"]}),
    }


def drill_notes(drill: Plain) -> list[str]:
    """What was drilled, how, and what of the file the lab did not do."""
    if drill is None:
        return []
    how = say("routes: {igp}; delays: {backend}", igp=drill["igp"], backend=drill["backend"])
    told = say(": ").join(one for one in (drill["title"], drill["description"]) if one)
    left = (say("Not emulated: {what}", what=one) for one in drill["not_emulated"])
    return [visible(one) for one in (told, how, *left)]


def contradictions(drill: Plain) -> list[object]:
    """A sentence for each phase in which packets contradict the plan, or say nothing of it."""
    return [] if drill is None else _sentences(drill.get("contradictions", ()))


def _sentences(told: list[Plain]) -> list[object]:
    return [sentence_of(one, "text") for one in told]


def _broken(drill: Plain) -> Iterator[Mapping[str, Plain]]:
    yield from drill["cut"]
    yield from drill["degraded"]


def _timeline(probes: Plain, way: Plain) -> dict[str, object]:
    return {
        "src": probes["src"],
        "dst": probes["dst"],
        "text": sentence_of(way, "text"),
        "bound": microseconds(way["bound_ms"]),
        "phases": [_phase(one) for one in way["phases"]],
        "at": probes["at_ms"],
        "delay": list(map(microseconds, probes["delay_ms"])),
        "read_at": probes["read_at_ms"],
        "read": list(map(microseconds, probes["read_ms"])),
    }


def _phase(one: Plain) -> list[object]:
    """When it began and ended, its name, how customers fared, what was certified, its verdict."""
    certified = None if one["certified"] is None else one["certified"]["worst_ms"]
    cut = one["phase"] == DrillPhase.OUTAGE.value and one["lost"]
    mood = "bad" if cut else _MOODS.get(one["verdict"], "quiet")
    name = phase_word(DrillPhase(one["phase"]))
    return [one["start_ms"], one["end_ms"], name, mood, microseconds(certified), one["verdict"]]
