"""What the commands of ``netkit lab`` found, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from netkit.report.documents.document import Document

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

CHECK_SCHEMA = "netkit/lab-check/1"
CLEAN_SCHEMA = "netkit/lab-clean/1"
STATUS_SCHEMA = "netkit/lab-status/1"
VERIFY_SCHEMA = "netkit/lab-verify-igp/1"


def needs_to_json(needs: Sequence[DataclassInstance], *, can_run: bool) -> Document:
    """Everything that the lab needs; each need with its fields as they are."""
    return {
        "schema": CHECK_SCHEMA,
        "can_run": can_run,
        "needs": [asdict(need) for need in needs],
    }


def cleaned_to_json(
    report: DataclassInstance, *, clean: bool, owners: Sequence[str], spared: Sequence[str]
) -> Document:
    """What was ended and what would not go; labs by the marks of their owners."""
    marks = {"owners": list(owners), "spared": list(spared)}
    return {"schema": CLEAN_SCHEMA, "clean": clean, **(asdict(report) | marks)}


def status_to_json(labs: Sequence[Any], answers: Sequence[Document]) -> Document:
    """All labs whose owners run; of those that answer with what they answer."""
    rows = [
        {"name": lab.name, "owner": lab.mark.pid, "processes": len(lab.processes), **answer}
        for lab, answer in zip(labs, answers, strict=True)
    ]
    return {"schema": STATUS_SCHEMA, "labs": rows}


def verified_to_json(answer: Document) -> Document:
    """The planner's IGP against the tables of routers."""
    return {"schema": VERIFY_SCHEMA, **answer}
