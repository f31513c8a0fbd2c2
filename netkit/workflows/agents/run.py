"""An agent from its campaign files: read, resolved, within their budgets; then run."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from netkit.errors import InputError, Problem, StoreError
from netkit.probe.kernel.process import UNPRIVILEGED
from netkit.probe.run.agent.agent import AgentEnd, AgentOptions, run_agent
from netkit.probe.run.agent.plan import AgentPlan, agent_plan
from netkit.probe.run.agent.writer import Sink
from netkit.workflows.campaigns.field import judge_campaign
from netkit.workflows.campaigns.share import SiteShare
from netkit.workflows.campaigns.window_sink import store_problems

_LOADED_LATE = (
    "sqlite3", "sqlalchemy.dialects.sqlite", "psycopg", "sqlalchemy.dialects.postgresql",
    "netkit.store.windows.schema", "netkit.store.alarms.schema",
)  # fmt: skip
"""What a store loads when it is opened, which may be when only root can read the files of it."""


@dataclass(frozen=True, slots=True)
class AgentRequest:
    """Campaign files, the site that this host is, and where its windows go.

    ``store`` is the URL of this host's database (None: a file in the state folder), ``deliver``
    that of a central one, None if there is none. ``metrics`` is the address and port at which
    scrapers are answered, None if nowhere.
    """

    files: tuple[Path, ...]
    site: str
    store: str | None = None
    deliver: str | None = None
    user: str = UNPRIVILEGED
    reflects: bool = True
    metrics: tuple[str, int] | None = None


class PlanReader:
    """Reads what a site has to do, once and again after SIGHUP.

    A key whose file could be read at the start and no longer, as only root may, is kept.
    """

    def __init__(self, files: Sequence[Path], site: str, *, reflects: bool = True) -> None:
        self._files = files
        self._share = SiteShare(site, reflects=reflects, must_send=False)

    def read(self) -> AgentPlan:
        """What the site has to do by these campaigns.

        Raises :class:`~netkit.errors.InputError` with everything that is wrong in any of the
        files, that is over a budget, and with every key that cannot be read.
        """
        share = self._share
        judged = [judge_campaign(file, share.judge) for file in self._files]
        problems = [problem for one in judged for problem in one.problems]
        if problems:
            raise InputError(dict.fromkeys(problems))
        return agent_plan([one.checked().campaign for one in judged], share.site, share.keys)


def agent(request: AgentRequest, say: Callable[[str], None]) -> AgentEnd:
    """Run until SIGTERM or Ctrl-C; ``say`` is told what an operator should know.

    Raises InputError for the files, and what opening the store and the ports raises.
    """
    reader = PlanReader(request.files, request.site, reflects=request.reflects)
    plan = _read(reader, store_problems(request.store, request.deliver))
    beside = (
        None
        if request.metrics is None
        else _metrics(request.store, request.files, *request.metrics)
    )
    return run_agent(
        plan,
        _opener(request),
        reader.read,
        AgentOptions(request.user, request.reflects, say, beside),
    )


def _read(reader: PlanReader, problems: Sequence[Problem]) -> AgentPlan:
    """The plan; what is wrong with it is told with what else is."""
    try:
        plan = reader.read()
    except InputError as error:
        raise InputError((*error.problems, *problems)) from error
    if problems:
        raise InputError(problems)
    return plan


def _metrics(
    store: str | None, files: Sequence[Path], address: str, port: int
) -> Callable[[], int]:
    """What has the store's metrics served by a process of its own, with everything loaded; its
    certificates know where the sites of the campaigns are."""
    try:
        metrics = importlib.import_module("netkit.workflows.monitoring.metrics")
        light = importlib.import_module("netkit.workflows.monitoring.light")
    except ModuleNotFoundError as error:
        raise InputError.argument(
            "metrics", value=f"{address}:{port}", expected="the extras store and prometheus",
            remedy="pip install 'netkit-srv6[store,prometheus]'",
        ) from error  # fmt: skip

    options = metrics.MetricsOptions(light=light.light_of(files, rounds=False))

    def served() -> int:
        child: int = metrics.serve_store_apart(store, address, port, options)
        return child

    return served


def _opener(request: AgentRequest) -> Callable[[], Sink]:
    """What opens the store later, with everything loaded that it needs."""
    try:
        store = importlib.import_module("netkit.workflows.agents.store")
    except ModuleNotFoundError as error:
        raise InputError.single(
            "an agent keeps windows", expected="the extra store",
            remedy="pip install 'netkit-srv6[store]'",
        ) from error  # fmt: skip
    for name in _LOADED_LATE:
        importlib.import_module(name)

    is_server = request.store is not None and not request.store.startswith("sqlite:")
    stays = is_server or os.geteuid() != 0

    def opened() -> Sink:
        try:
            sink: Sink = store.open_agent_store(request.store, request.deliver)
        except StoreError as error:
            if stays:
                raise
            who = f"root becomes {request.user} before it opens its store"
            raise StoreError(f"{error}; {who}: give {request.user} the folder, or have "
                             "the agent become whoever owns it") from error  # fmt: skip
        return sink

    return opened
