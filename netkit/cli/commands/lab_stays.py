"""``netkit lab up``, ``status``, ``exec``, ``down`` and what can be asked of a lab meanwhile: a
backbone that stays until it is taken down."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netkit.cli.commands.demo import Backend, BackendOption, FrrOption, Igp, IgpOption
from netkit.cli.common import JsonOption, end, print_json, print_lines
from netkit.cli.grammar import completion
from netkit.cli.streams import give_stdout_back
from netkit.errors import ExitCode, LabError
from netkit.language.words import counted, say
from netkit.report.documents.labs.lab import status_to_json, verified_to_json

if TYPE_CHECKING:
    from netkit.lab.running.finding import FoundLab

_HostsOption = Annotated[
    str,
    typer.Option(
        metavar="all|cities|clusters|none",
        autocompletion=completion.among("all", "cities", "clusters", "none"),
        help="Which routers have customer hosts.",
    ),
]
_ProfileOption = Annotated[
    str,
    typer.Option(
        autocompletion=completion.profiles, help="Tier profile of the policies between them."
    ),
]
LabOption = Annotated[
    str | None, typer.Option("--lab", help="Which lab: its name, or its owner's process id.")
]


def up(
    file: Annotated[Path, typer.Argument(help="Topology file.")],
    hosts: _HostsOption = "clusters",
    profile: _ProfileOption = "2023",
    backend: BackendOption = Backend.AUTO,
    igp: IgpOption = Igp.STATIC,
    frr: FrrOption = "installed",
    multi_topology: Annotated[
        bool, typer.Option("--multi-topology", help="IPv6 in a topology of its own (RFC 5120).")
    ] = False,
    name: Annotated[
        str | None, typer.Option(help="Name of the lab, unless that of the topology.")
    ] = None,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Stay until Ctrl-C instead of returning.")
    ] = False,
) -> None:
    """Boot the backbone of a topology file, with a policy between each two hosts, and let it stay.

    Returns when the lab is up; `netkit lab down` ends it. Exit code 3 if it does not come up.
    """
    from netkit.lab.check.requirements import require_lab

    require_lab()
    if not foreground:
        from netkit.lab.running.background import boot_in_background

        found = boot_in_background(sys.argv[1:])
        answer = _asked(found)
        print_lines(_line(found, answer))
        for sentence in answer.get("not_emulated", ()):
            print_lines(say("not emulated: {what}", what=sentence))
        return
    from netkit.workflows.boot import LabOptions
    from netkit.workflows.lab_backbone import backbone_of
    from netkit.workflows.labs.up import stay_up

    options = LabOptions(backend, igp, frr, multi_topology)
    planned = backbone_of(file, hosts, profile)
    stay_up(planned, options, name or "")


def status(lab: LabOption = None, json: JsonOption = False) -> None:
    """Which labs are up, and what each of them is."""
    from netkit.lab.check.requirements import require_root
    from netkit.lab.running.finding import found_labs

    require_root()
    labs = [one for one in found_labs() if lab in (None, one.name, str(one.mark.pid))]
    asked = [_asked(one) for one in labs]
    if json:
        print_json(status_to_json(labs, asked))
    elif not labs:
        none = say("no lab is up")
        print_lines(none if lab is None else say("no lab is called {name}", name=lab))
    for one, answer in zip(labs, asked, strict=True) if not json else ():
        print_lines(_line(one, answer))
        for sentence in answer.get("not_emulated", ()):
            print_lines("  " + say("not emulated: {what}", what=sentence))


def exec_(
    context: typer.Context,
    node: Annotated[str, typer.Argument(help="A router, or h-ROUTER for its customer host.")],
    lab: LabOption = None,
) -> None:
    """Run a command in a node: `netkit lab exec nanjing -- ip -6 route`; without one, a shell.

    `vtysh` is that of the FRR which the lab runs. The exit code is the command's.
    """
    from netkit.lab.check.requirements import require_root
    from netkit.lab.running.finding import chosen_lab, found_labs
    from netkit.lab.running.inside import become

    require_root()
    command = context.args or [os.environ.get("SHELL", "/bin/sh")]
    chosen = chosen_lab(found_labs(), lab)
    give_stdout_back()
    become(chosen, node, command, os.environ)


def down(
    lab: LabOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Every lab of `lab up`.")] = False,
) -> None:
    """Take a lab down, and see that nothing of it is left. Exit code 3 if something is."""
    from netkit.lab.check.requirements import require_root
    from netkit.lab.running.background import take_down
    from netkit.lab.running.finding import chosen_lab, found_labs

    require_root()
    labs = found_labs()
    chosen = [one for one in labs if one.stays] if everything else [chosen_lab(labs, lab)]
    for one in chosen:
        take_down(one)
        print_lines(say("{name} ({pid}) is down", name=one.name, pid=one.mark.pid))


def cut(
    links: Annotated[list[str], typer.Argument(help="Ids of links, fabrics or legs.")],
    lab: LabOption = None,
) -> None:
    """Cut links of a lab, both ways; routes follow if the lab has an IGP that lives."""
    cut_ = ", ".join(_request(lab, do="cut", links=links)["cut"])
    print_lines(say("cut: {links}", links=cut_))


def restore(lab: LabOption = None) -> None:
    """Mend everything that was cut in a lab."""
    _request(lab, do="restore")
    print_lines(say("nothing is cut"))


def verify_igp(lab: LabOption = None, json: JsonOption = False) -> None:
    """Compare the planner's IGP with every router's table, all pairs: distances and ECMP sets.

    With `--igp frr` the tables are those of real IS-IS, and what routers advertise is read back and
    compared with the file. Exit code 0 if all are equal, 2 if not.
    """
    answer = _request(lab, do="verify-igp")
    if json:
        print_json(verified_to_json(answer))
    else:
        for table, one in answer["tables"].items():
            pairs = counted(one["pairs"], "pair")
            differ = say("{pairs}, {count} differ", pairs=pairs, count=one["differ"])
            print_lines(f"{table:8} {differ}")
            for different in one["differences"]:
                print_lines(f"  {_different(different)}")
        for sentence in answer["advertised_otherwise"] or ():
            print_lines(f"  {sentence}")
    if not answer["equal"]:
        end(ExitCode.BREACH, "routers do not route as planned")


def _request(lab: str | None, **request: object) -> dict[str, Any]:
    from netkit.lab.check.requirements import require_root
    from netkit.lab.running.door import ask
    from netkit.lab.running.finding import chosen_lab, found_labs

    require_root()
    return ask(chosen_lab(found_labs(), lab).mark, **request)


def _asked(found: FoundLab) -> dict[str, Any]:
    """What the owner says; nothing while it boots, or where it is no `netkit lab up`."""
    from netkit.lab.running.door import ask

    with suppress(LabError):
        return ask(found.mark, do="status")
    return {}


def _line(found: FoundLab, answer: dict[str, Any]) -> str:
    if not answer:
        return say(
            "{name} ({pid}): {processes}; booting, or of another command",
            name=found.name, pid=found.mark.pid,
            processes=counted(len(found.processes), "process"),
        )  # fmt: skip
    minutes = (time.time() - answer["up_since_s"]) / 60
    line = say(
        "{name} ({pid}): {routers}, {links}, {hosts}, delays by {backend}, IGP {igp}, booted in "
        "{boot} s, up for {minutes} min",
        name=found.name, pid=found.mark.pid, routers=counted(answer["routers"], "router"),
        links=counted(answer["links"], "link"), hosts=counted(answer["hosts"], "host"),
        backend=answer["backend"], igp=answer["igp"]["name"], boot=f"{answer['boot_s']:.1f}",
        minutes=f"{minutes:.0f}",
    )  # fmt: skip
    return line + (say("; cut: {links}", links=", ".join(answer["cut"])) if answer["cut"] else "")


def _different(one: dict[str, Any]) -> str:
    planned, found = (
        _route(one[f"{by}_distance"], one[f"{by}_ports"]) for by in ("planned", "found")
    )
    return say("{src} to {dst}: planned {planned}, found {found}", src=one["src"], dst=one["dst"],
               planned=planned, found=found)  # fmt: skip


def _route(distance: int | None, ports: Sequence[str]) -> str:
    """By kernels' tables nobody knows how far it is."""
    if not ports:
        return say("no route")
    over = " ".join(ports)
    if distance is None:
        return say("over {ports}", ports=over)
    return say("{distance} over {ports}", distance=distance, ports=over)
