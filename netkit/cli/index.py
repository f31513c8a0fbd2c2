"""Every command by the words that name it; its module is read when somebody types them.

All modules and all options of all commands take longer to read than many a command runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import typer

from netkit.cli.grammar.command import Command, Group


class PlanGroup(Group):
    """``netkit plan FILE`` means ``netkit plan pairs FILE``; other commands are named."""

    DEFAULT = "pairs"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Put the default command in front where none is named."""
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else [self.DEFAULT, *args])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        """Usage lines name no word that nobody has to write."""
        name, command, rest = super().resolve_command(ctx, args)
        return "" if name == self.DEFAULT else name, command, rest


GROUPS = {
    "topo": "Import, check, show, compare and convert topology files.",
    "plan": "Plan segment lists; see what failures do to them.",
    "probe": "Measure with STAMP; run campaigns.",
    "audit": "What netkit changed; has the record been altered?",
    "store": "The windows that are kept: check, prune, deliver.",
    "alarms": "Alarms with their evidence: show, ack, evaluate.",
    "lab": "The emulated backbone: up, exec, run campaigns, down.",
}
_DEFAULTS = {"plan": PlanGroup}
_EPILOGS = {
    "plan pairs": "`netkit plan survive --help`: what single failures do to the plan. "
    "`netkit plan replay --help`: what a segment list of your own keeps."
}
_CONTEXTS = {"lab exec": {"allow_extra_args": True, "ignore_unknown_options": True}}

COMMANDS = {
    "explain": "planning.explain:explain",
    "advise": "planning.advise:advise",
    "detour": "planning.detour:detour",
    "place": "planning.place:place",
    "emit": "planning.emit:emit",
    "diff": "planning.diff:diff",
    "apply": "apply:apply",
    "push": "push:push",
    "watch": "watch:watch",
    "agent": "probe.agent:agent",
    "demo": "demo:demo",
    "doctor": "doctor:doctor",
    "history": "store.history:history",
    "export": "store.history:export",
    "report": "report:report",
    "dashboard": "dashboard:dashboard",
    "locate": "monitoring.locate:locate",
    "config": "config:config",
    "topo check": "topo.topo:check",
    "topo show": "topo.topo:show",
    "topo nodes": "topo.nodes:nodes",
    "topo import": "topo.files:import_",
    "topo convert": "topo.files:convert",
    "topo diff": "topo.files:diff",
    "plan pairs": "planning.plan:plan",
    "plan survive": "planning.survive:survive",
    "plan replay": "planning.replay:replay",
    "probe send": "probe.send:send",
    "probe reflect": "probe.reflect:reflect",
    "probe trace": "probe.trace:trace",
    "probe run": "probe.run:run",
    "probe install": "probe.install:install",
    "probe certify": "probe.certify:certify",
    "probe check": "probe.check:check",
    "probe metrics": "probe.metrics:metrics",
    "audit log": "audit:log",
    "audit show": "audit:show",
    "audit verify": "audit:verify",
    "store migrate": "store.store:migrate",
    "store prune": "store.store:prune",
    "store check": "store.store:check",
    "store deliver": "store.store:deliver",
    "store samples": "store.store:samples",
    "alarms show": "monitoring.alarms:show",
    "alarms ack": "monitoring.alarms:ack",
    "alarms evaluate": "monitoring.alarms:evaluate",
    "lab up": "lab_stays:up",
    "lab status": "lab_stays:status",
    "lab exec": "lab_stays:exec_",
    "lab down": "lab_stays:down",
    "lab cut": "lab_stays:cut",
    "lab restore": "lab_stays:restore",
    "lab verify-igp": "lab_stays:verify_igp",
    "lab drill": "lab_drill:drill",
    "lab vm": "lab_vm:vm",
    "lab check": "lab:check",
    "lab doctor": "lab:doctor",
    "lab clean": "lab:clean",
    "lab run": "demo:run",
}
"""Where each command is, below ``netkit.cli.commands``, in the order of the help."""


def application(root: Callable[..., None], words: Sequence[str] = ()) -> typer.Typer:
    """The application with no more than the command that the first words name, in each group.

    Where they name none, all are there: for the help, or to say which are meant. ``root`` holds the
    options of netkit itself.
    """
    app = typer.Typer(
        name="netkit",
        cls=Group,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Measure, plan, emit and prove one-way latency tiers over SRv6. "
        "Exit codes: 0 good, 1 degraded, 2 breach, 3 unknown or bad input.",
    )
    app.callback()(root)
    groups: dict[str, typer.Typer] = {}
    for name in named(words):
        group, _, own = name.rpartition(" ")
        if group and group not in groups:
            default = _DEFAULTS.get(group)
            groups[group] = typer.Typer(cls=default or Group, no_args_is_help=default is None)
            app.add_typer(groups[group], name=group, help=GROUPS[group])
        groups.get(group, app).command(
            own, cls=Command, epilog=_EPILOGS.get(name), context_settings=_CONTEXTS.get(name)
        )(_loaded(COMMANDS[name]))
    return app


def named(words: Sequence[str]) -> list[str]:
    """The commands that these words may mean: one; all of a group; or every one that there is.

    >>> named(["probe", "send", "hub.example"])
    ['probe send']
    >>> named(["plan", "region.yaml"])
    ['plan pairs']
    """
    first, second = (*words, "", "")[:2]
    if first in COMMANDS:
        return [first]
    if first not in GROUPS:
        return list(COMMANDS)
    if f"{first} {second}" in COMMANDS:
        return [f"{first} {second}"]
    default = _DEFAULTS.get(first)
    if default is not None:
        return [f"{first} {default.DEFAULT}"]
    return [one for one in COMMANDS if one.startswith(f"{first} ")]


def _loaded(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    command: Callable[..., Any] = getattr(import_module(f"netkit.cli.commands.{module}"), name)
    return command
