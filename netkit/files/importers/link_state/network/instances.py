"""Which SPF is read: one level of one instance, of all that a file holds."""

from __future__ import annotations

from collections.abc import Mapping

from netkit.errors import InputError
from netkit.files.importers.imported import Options, one_network
from netkit.files.importers.link_state.records import ROUTER, Database, Lsp
from netkit.files.reading.findings import Findings

_Levels = Mapping[int, list[Lsp]]


def chosen(findings: Findings, database: Database, options: Options) -> list[Lsp]:
    """The LSPs of one level of one instance: each has an SPF of its own (ISO 10589, 7.2).

    Raises :class:`~netkit.errors.InputError` where there are none, and where several have
    adjacencies and none is chosen.
    """
    instances: dict[str, dict[int, list[Lsp]]] = {}
    for (instance, level), lsps in sorted(database.levels.items()):
        if lsps and (options.level is None or level in (options.level, 0)):
            instances.setdefault(instance, {})[level] = lsps
    if not instances:
        asked = "" if options.level is None else f" of level {options.level}"
        expected = "show isis database detail, as text or json"
        raise InputError.single(f"no LSPs{asked}", file=findings.file, expected=expected)
    if options.network is None:
        instances = _with_adjacencies(findings, instances)
    levels = one_network(findings, instances, options, "IGP instance")
    return _one_level(findings, levels)


def _with_adjacencies(
    findings: Findings, instances: Mapping[str, dict[int, list[Lsp]]]
) -> dict[str, dict[int, list[Lsp]]]:
    """Instances that route nothing are no choice, where others do."""
    busy = {
        name: levels for name, levels in instances.items() if any(map(_routes, levels.values()))
    }
    for name in instances.keys() - busy.keys() if busy else ():
        findings.note(None, f"instance {name} holds no adjacency and is left out")
    return busy or dict(instances)


def _one_level(findings: Findings, levels: _Levels) -> list[Lsp]:
    routing = {level: lsps for level, lsps in levels.items() if _routes(lsps)}
    if routing and len(routing) < len(levels):
        for level in sorted(levels.keys() - routing.keys()):
            findings.note(None, f"level {level} holds no adjacency and is left out")
        levels = routing
    if len(levels) > 1:
        held = ", ".join(
            f"level {level}: {len({lsp.name for lsp in lsps if lsp.circuit == ROUTER})} routers"
            for level, lsps in sorted(levels.items())
        )
        raise InputError.single(
            "both levels have an SPF of their own", file=findings.file, value=held,
            remedy="Choose 1 or 2", field="level",
        )  # fmt: skip
    return next(iter(levels.values()))


def _routes(lsps: list[Lsp]) -> bool:
    return any(lsp.reaches for lsp in lsps)
