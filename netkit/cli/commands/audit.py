"""``netkit audit``: what netkit did here, and whether anyone has altered the record of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import JsonOption, end, print_json, print_lines
from netkit.cli.grammar.loudness import note
from netkit.cli.options.groups import grouped
from netkit.cli.options.rows import RowOptions
from netkit.errors import ExitCode, InputError
from netkit.language.words import say

_SHOWN = 20

TrailOption = Annotated[
    Path | None, typer.Option("--trail", help="The trail's file, unless it is this machine's.")
]


@grouped
def log(
    rows: RowOptions,
    trail: TrailOption = None,
    json: JsonOption = False,
) -> None:
    """List the last entries: when, who, what, to which router, and how it ended."""
    from netkit.report.documents.routers.audit import trail_to_json
    from netkit.report.terminal.routers.audit import entry_line
    from netkit.store.audit_log import entries

    path = _trail(trail)
    whole = list(enumerate(entries(path), start=1))
    found = whole[-(rows.most(_SHOWN) or len(whole)) :]
    _warn(path)
    if json:
        print_json(trail_to_json(found))
        return
    for number, entry in found:
        print_lines(entry_line(number, entry))
    if not found:
        print_lines(say("netkit has recorded nothing yet"))


def show(
    number: Annotated[int, typer.Argument(min=1, help="The number of an entry, as log lists it.")],
    trail: TrailOption = None,
) -> None:
    """Print one entry whole, as JSON: with it stands what was changed."""
    from netkit.store.audit_log import entries

    path = _trail(trail)
    found = list(entries(path))
    if number > len(found):
        expected = f"1 to {len(found)}" if found else "an entry that is there: there is none yet"
        raise InputError.single("no such entry", file=str(path), value=number, expected=expected)
    _warn(path)
    print_json(found[number - 1])


def verify(trail: TrailOption = None, json: JsonOption = False) -> None:
    """Look at every line of the trail: altered, taken out, moved, added or cut off, it is named.

    Exit code 0 if every line is vouched for, 2 if not or if the head is altered. The head that is
    printed tells a trail from any other that somebody might write in its place: keep it elsewhere.
    """
    from netkit.report.documents.routers.audit import verified_to_json
    from netkit.store import audit_log

    path = _trail(trail)
    # The head first: what is appended meanwhile is verified too, and what is printed was.
    head, faults = audit_log.head(path), audit_log.verify(path)
    if json:
        print_json(verified_to_json(path, head, faults))
    elif head is not None and not faults:
        print_lines(
            say("{lines} lines, all as netkit wrote them; head {head}", lines=head.lines,
                head=head.sha256)
        )  # fmt: skip
    if faults:
        end(ExitCode.BREACH, f"{path}:{faults[0].line}: this line {faults[0].what}")


def _warn(path: Path) -> None:
    """What is shown of a trail that was altered is not to be taken for what netkit wrote."""
    from netkit.store import audit_log

    for fault in audit_log.verify(path)[:1]:
        note(f"{path}:{fault.line}: this line {fault.what}; from there on nobody vouches for it")


def _trail(path: Path | None) -> Path:
    """The trail that is meant. One that is named has to be there: nobody vouches for a file that
    is not."""
    from netkit.store.audit_log import is_there
    from netkit.store.state_folder import audit_path
    from netkit.workflows.routers.audit import here

    if path is not None and not is_there(path):
        raise InputError.single("no audit trail is there", file=str(path), field="trail")
    return audit_path(here()) if path is None else path
