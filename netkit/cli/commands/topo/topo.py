"""``netkit topo``: check a topology file of any format, show what is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import console, print_json
from netkit.cli.options.groups import grouped
from netkit.cli.options.source import Source
from netkit.cli.refusals import told
from netkit.errors import ExitCode, InputError, Problem

if TYPE_CHECKING:
    from rich.console import RenderableType

    from netkit.model.network.topology import Topology

CHECK_SCHEMA = "netkit/topo-check/1"

app = typer.Typer(no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")]
_Rows = list[dict[str, str | int]]

_TITLES = {
    "nodes": "Nodes",
    "links": "Links, by where their delay comes from",
    "srlgs": "Shared risks (SRLGs)",
    "figures": "What else adjacencies state",
    "exchanges": "Exchange centres",
    "flex_algos": "Flexible Algorithms",
}
_ROWS_SHOWN = 20


@app.command()
@grouped
def check(
    source: Source,
    json: _Json = False,
) -> None:
    """Report every problem of a topology file: line, value, expectation. Exit code 3 if any.

    Notes say what an importer had to live with; they leave the exit code 0.
    """
    try:
        imported = source.load()
    except InputError as error:
        if not json:
            raise
        problems = problem_rows(told(error).problems)
        head = {"file": str(source.file), "ok": False, "problems": problems, "more": error.more}
        print_json({"schema": CHECK_SCHEMA, **head, "notes": []})
        raise typer.Exit(ExitCode.UNKNOWN) from error
    topology, facts = imported.topology, summary(imported.topology)
    notes = problem_rows(imported.notes)
    if json:
        head = {"file": str(source.file), "ok": True, "problems": [], "more": 0, "notes": notes}
        print_json({"schema": CHECK_SCHEMA, **head, **facts})
        return
    for note in imported.notes:
        typer.echo(f"note: {note}")
    counts = ", ".join(
        f"{facts[key]} {one if facts[key] == 1 else many}"
        for key, one, many in (
            ("nodes", "node", "nodes"),
            ("links", "link", "links"),
            ("adjacencies", "adjacency", "adjacencies"),
            ("exchanges", "exchange centre", "exchange centres"),
            ("operators", "operator", "operators"),
        )
    )
    typer.echo(f"{source.file}: {topology.name} is good: {counts}")


@app.command()
@grouped
def show(
    source: Source,
    json: _Json = False,
) -> None:
    """Show nodes by role and operator, links by kind and basis, shared risks, exchange centres."""
    from rich.text import Text

    from netkit.report.terminal.plan import spaced
    from netkit.report.words.text import visible

    topology = source.read().topology
    parts = {
        "nodes": node_rows(topology),
        "links": link_rows(topology),
        "srlgs": srlg_rows(topology),
        "figures": figure_rows(topology),
        "exchanges": exchange_rows(topology),
        "flex_algos": flex_algo_rows(topology),
    }
    if json:
        head = {"name": topology.name, "description": topology.description}
        print_json({"schema": "netkit/topo-show/1", **head, "summary": summary(topology), **parts})
        return
    screen = console()
    about = f": {topology.description}" if topology.description else ""
    tables = [_table(_TITLES[part], rows, screen.width) for part, rows in parts.items() if rows]
    screen.print(spaced([Text(visible(f"{topology.name}{about}")), *chain(*tables)]))


def summary(topology: Topology) -> dict[str, int]:
    """How much there is; only what exists counts, and ``planned`` what does not."""
    planned = len(topology.nodes) - len(topology.active_nodes)
    own_links = sum(link.fabric is None for link in topology.all_links)
    return {
        "nodes": len(topology.active_nodes),
        "links": len(topology.all_links),
        "adjacencies": len(topology.adjacencies),
        "exchanges": len(topology.fabrics),
        "operators": len({node.operator for node in topology.nodes}),
        "planned": planned + len(topology.links) - own_links,
    }


def node_rows(topology: Topology) -> _Rows:
    """Nodes by operator and role; planned ones apart."""
    count: Counter[tuple[str, ...]] = Counter(
        (node.operator, node.role.value, node.status.value) for node in topology.nodes
    )
    return _counted(count, ("operator", "role", "status"), "nodes")


def link_rows(topology: Topology) -> _Rows:
    """Links by kind, and by where their delay comes from; planned ones apart."""
    links = [*topology.links, *(link for link in topology.all_links if link.fabric is not None)]
    count: Counter[tuple[str, ...]] = Counter(
        (link.kind.value, link.basis.value, link.status.value) for link in links
    )
    return _counted(count, ("kind", "basis", "status"), "links")


def srlg_rows(topology: Topology) -> _Rows:
    """Shared risks, those that most links share first."""
    count: Counter[tuple[str, ...]] = Counter(
        (group,) for link in topology.all_links for group in link.srlgs
    )
    rows = _counted(count, ("srlg",), "links")
    return sorted(rows, key=lambda row: (-int(row["links"]), str(row["srlg"])))


def figure_rows(topology: Topology) -> _Rows:
    """What links state beside delay, metric and capacity, and how many directions do."""
    names = ("jitter_us", "loss_ppb", "te_metric", "cost", "mtu_bytes")
    count = {
        name: sum(getattr(arc, name) is not None for arc in topology.adjacencies) for name in names
    }
    return [
        {"figure": name, "adjacencies": number, "of": len(topology.adjacencies)}
        for name, number in count.items()
        if number
    ]


def exchange_rows(topology: Topology) -> _Rows:
    """Exchange centres with their members."""
    made = Counter(link.fabric for link in topology.all_links)
    return [
        {
            "exchange": fabric.id,
            "place": fabric.place or "",
            "status": fabric.status.value,
            "links": made[fabric.id],
            "members": " ".join(member.node for member in fabric.members),
        }
        for fabric in topology.fabrics
    ]


def flex_algo_rows(topology: Topology) -> _Rows:
    """Flexible Algorithms: what they minimise, what is left of the network, by which rules."""
    rules = ("include_any", "include_all", "exclude_any", "exclude_srlgs")
    return [
        {
            "algorithm": flex.algorithm,
            "metric": flex.metric.value,
            "nodes": sum(flex.has_node(node.name) for node in topology.active_nodes),
            "adjacencies": sum(flex.has_link(arc) for arc in topology.adjacencies),
            "rules": "; ".join(
                f"{rule.replace('_', ' ')} {' '.join(sorted(getattr(flex, rule)))}"
                for rule in rules
                if getattr(flex, rule)
            ),
        }
        for flex in topology.flex_algos
    ]


def _counted(count: Counter[tuple[str, ...]], names: Iterable[str], what: str) -> _Rows:
    return [
        {**dict(zip(names, key, strict=True)), what: number}
        for key, number in sorted(count.items())
    ]


def _table(title: str, rows: _Rows, width: int) -> list[RenderableType]:
    from rich.text import Text

    from netkit.report.terminal.plan import add_figures, left_out, new_table
    from netkit.report.words.text import visible

    table = new_table(title, width)
    for name, value in rows[0].items():
        heading = "SRLG" if name == "srlg" else name.replace("_", " ").capitalize()
        if isinstance(value, int):
            add_figures(table, heading)
        else:
            ratio = 1 if name in ("members", "rules", "srlg") else None
            table.add_column(heading, ratio=ratio, overflow="fold")
    for row in rows[:_ROWS_SHOWN]:
        table.add_row(*(Text(visible(str(value))) for value in row.values()))
    return [table, *left_out(len(rows[_ROWS_SHOWN:]), "row")]


def problem_rows(problems: Iterable[Problem]) -> list[dict[str, str | int | None]]:
    """Problems, or notes, as JSON has them."""
    return [
        {
            "file": problem.file,
            "line": problem.line,
            "what": problem.what,
            "value": problem.value,
            "expected": problem.expected,
            "remedy": problem.remedy,
        }
        for problem in problems
    ]
