"""Which documents a report is made of, by their ``schema``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netkit.errors import InputError, Problem, either, printable
from netkit.report.documents.advice import ADVICE_SCHEMA, DETOUR_SCHEMA
from netkit.report.documents.labs.drill import SCHEMA as DRILL_SCHEMA
from netkit.report.documents.monitoring.over_time import OVER_TIME_SCHEMA
from netkit.report.documents.place import PAIRING_SCHEMA, PLACE_SCHEMA
from netkit.report.documents.plan import SCHEMA as PLAN_SCHEMA
from netkit.report.documents.store import HISTORY_SCHEMA
from netkit.report.documents.summary import SCHEMA as SUMMARY_SCHEMA
from netkit.report.documents.survival import SCHEMA as SURVIVAL_SCHEMA

Plain = Any
"""A JSON object as it was read: what is in it is checked where it is used."""

KNOWN = (
    PLAN_SCHEMA, SUMMARY_SCHEMA, SURVIVAL_SCHEMA, HISTORY_SCHEMA, ADVICE_SCHEMA, DETOUR_SCHEMA,
    PLACE_SCHEMA, PAIRING_SCHEMA, DRILL_SCHEMA, OVER_TIME_SCHEMA,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sources:
    """At most one document of each schema; None where there is none."""

    plan: Plain = None
    summary: Plain = None
    survival: Plain = None
    history: Plain = None
    advice: Plain = None
    detour: Plain = None
    place: Plain = None
    pairing: Plain = None
    drill: Plain = None
    over_time: Plain = None

    @property
    def given(self) -> tuple[Plain, ...]:
        """Those that there are, the one that says most of the whole first."""
        all_of_them = (
            self.summary, self.plan, self.survival, self.advice, self.detour, self.place,
            self.pairing, self.drill, self.over_time, self.history,
        )  # fmt: skip
        return tuple(one for one in all_of_them if one is not None)

    def first(self, field: str) -> str | None:
        """What the first document that has ``field`` says there."""
        found = (document.get(field) for document in self.given)
        return next((one for one in found if isinstance(one, str)), None)


def sort_sources(read: Sequence[tuple[str, Plain]]) -> Sources:
    """Documents by the names of their files, told apart by ``schema``.

    Raises:
        InputError: every document that no report can be made of, and every second of one kind;
            documents of different topologies.
    """
    problems: list[Problem] = []
    found: dict[str, tuple[str, Plain]] = {}
    for name, document in read:
        problem = _problem(name, document, found)
        if problem is None:
            found[_kind(document["schema"])] = (name, document)
        else:
            problems.append(problem)
    problems += [*_strangers(found.values()), *_told_twice(found)]
    if problems:
        raise InputError(problems)
    return Sources(**{kind: document for kind, (_, document) in found.items()})


def _problem(name: str, document: Plain, found: Mapping[str, tuple[str, Plain]]) -> Problem | None:
    schema = document.get("schema") if isinstance(document, Mapping) else None
    if schema not in KNOWN:
        value = None if schema is None else printable(str(schema))
        what = "no report can be made of this document"
        return Problem(name, None, what, value, f"schema {either(KNOWN)}")
    before = found.get(_kind(schema))
    if before is None:
        return None
    return Problem(
        name, None, f"a second document of its kind beside {before[0]}", schema, "one of each",
        "Make a report of each by itself.",
    )  # fmt: skip


def _strangers(found: Iterable[tuple[str, Plain]]) -> list[Problem]:
    """Documents of another topology than the first: their names do not mean the same things."""
    named = [(name, document.get("topology")) for name, document in found]
    named = [(name, topology) for name, topology in named if topology is not None]
    return [
        Problem(name, None, "of another topology than the first document", printable(str(topology)),
                printable(str(named[0][1])))
        for name, topology in named[1:] if topology != named[0][1]
    ]  # fmt: skip


def _told_twice(found: Mapping[str, tuple[str, Plain]]) -> list[Problem]:
    """A store and a history tell the same, and only one of them would be shown."""
    if not {"over_time", "history"} <= found.keys():
        return []
    name, document = found["history"]
    what = f"a second document of what was measured over time beside {found['over_time'][0]}"
    remedy = "Make a report of each by itself."
    return [Problem(name, None, what, document["schema"], "one of both", remedy)]


def _kind(schema: str) -> str:
    return schema.split("/")[1].replace("-", "_")
