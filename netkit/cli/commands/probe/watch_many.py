"""What is shown while several targets are probed: one table on stderr, a line a target."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from netkit.cli.common import progress_console

if TYPE_CHECKING:
    from netkit.probe.run.many import Target
    from netkit.probe.sender.result import Snapshot

_Watch = Callable[["Sequence[tuple[Target, Snapshot]]"], None]


@contextmanager
def watching_many(title: str, *, quiet: bool = False) -> Iterator[_Watch | None]:
    """Yields what is to be called with how each target stands; None where nobody looks."""
    from rich.live import Live

    from netkit.report.terminal.probe.targets import live_table

    screen = progress_console()
    if quiet or not screen.is_terminal:
        yield None
        return
    # No thread that draws: it would take the interpreter when the next probe is due.
    with Live(console=screen, transient=True, auto_refresh=False) as live:

        def watch(rows: Sequence[tuple[Target, Snapshot]]) -> None:
            named = [(target.name, one) for target, one in rows]
            live.update(live_table(title, named, width=screen.width), refresh=True)

        yield watch
