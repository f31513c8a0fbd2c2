"""Plans that are made and configurations that are written leave a line in the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from netkit.cli.grammar.loudness import note
from netkit.errors import InputError, printable

if TYPE_CHECKING:
    from netkit.model.planning.plan import Plan


def recorded(action: str, file: Path, plan: Plan, **facts: object) -> None:
    """Add the line; where that cannot be done the plan is no worse, and a note says so."""
    from netkit.workflows.routers.audit import here, record_plan

    try:
        record_plan(here(), action, file, plan, facts, datetime.now(UTC))
    except (OSError, InputError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        place = getattr(error, "filename", None)
        note(printable(f"not in the audit trail: {'' if place is None else f'{place}: '}{why}"))
