"""What ``netkit probe send`` shows while it runs: how far, how many answers, how long they took."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from netkit.cli.common import progress_console

if TYPE_CHECKING:
    from netkit.probe.sender.result import Snapshot

_P50, _P99 = 500, 990  # of 1000
_NS_PER_MS = 1e6


@contextmanager
def watching(
    host: str, total: int | None, *, quiet: bool = False
) -> Iterator[Callable[[Sequence[Snapshot]], None]]:
    """A progress line on stderr; yields what is to be called with the state of all flows.

    ``total`` is None of a run without end. Where nobody looks, as when cron mails what is on
    stderr, there is none; SIGQUIT (Ctrl-\\) asks for a line all the same, as of ping.
    """
    from rich.progress import BarColumn, Progress, TextColumn

    screen = progress_console()

    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(),
        TextColumn("{task.fields[state]}", markup=False),
    )  # fmt: skip
    # No thread that draws: it would take the interpreter when the next probe is due.
    with (
        Progress(
            *columns,
            console=screen,
            transient=True,
            auto_refresh=False,
            disable=quiet or not screen.is_terminal,
        ) as progress,
        _asked_by_sigquit() as asked,
    ):
        task = progress.add_task(f"Probing {host}", total=total, state="")

        def watch(flows: Sequence[Snapshot]) -> None:
            sent = sum(flow.sent for flow in flows)
            progress.update(task, completed=sent, state=state(flows), refresh=True)
            if asked:
                asked.clear()
                typer.echo(f"netkit: {state(flows)}", err=True)

        yield watch


@contextmanager
def _asked_by_sigquit() -> Iterator[list[bool]]:
    """Yields a list that is not empty once SIGQUIT has come."""
    asked: list[bool] = []
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGQUIT, lambda *_: asked.append(True))
    try:
        yield asked
    finally:
        signal.signal(signal.SIGQUIT, before)


def state(flows: Sequence[Snapshot]) -> str:
    """Sent, answered, loss so far, and the round trips of the latest answers."""
    sent, answered, overdue = (
        sum(getattr(flow, name) for flow in flows) for name in ("sent", "answered", "overdue")
    )
    decided = answered + overdue
    loss = f"{overdue / decided:.1%}" if decided else "-"
    recent = sorted(time_ns for flow in flows for time_ns in flow.round_trips_ns)
    if not recent:
        return f"{sent} sent, {answered} back, loss {loss}"
    p50, p99 = (_rank(recent, share) / _NS_PER_MS for share in (_P50, _P99))
    return f"{sent} sent, {answered} back, loss {loss}, round trip p50 {p50:.3f} p99 {p99:.3f} ms"


def _rank(ordered: list[int], per_mille: int) -> int:
    """Nearest rank, as in all figures."""
    return ordered[-(-len(ordered) * per_mille // 1000) - 1]
