"""What a shell may offer for a value: words that netkit knows, and names in the file before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

import typer

from netkit.errors import NetkitError

WORDS = "netkit.words"
"""Where a command keeps the words behind its name while values are completed."""


def nodes(ctx: typer.Context, incomplete: str) -> list[str]:
    """Nodes of the FILE on the line; none where there is none, or it cannot be read."""
    from pathlib import Path

    from netkit.files.importers.formats import import_topology

    # An option that still lacks its value keeps Typer from reading what stands before it.
    words = [ctx.params.get("file") or "", *ctx.meta.get(WORDS, ())]
    file = next((word for word in words if word and Path(word).is_file()), None)
    if file is None:
        return []
    try:
        topology = import_topology(Path(file)).topology
    except (NetkitError, OSError):
        return []
    return _beginning(incomplete, (node.name for node in topology.nodes))


def pairs(ctx: typer.Context, incomplete: str) -> list[str]:
    """``SRC:DST`` of the FILE on the line: SRC first, then every DST behind it."""
    src, colon, dst = incomplete.partition(":")
    before = f"{src}:" if colon else ""
    return [f"{before}{name}{'' if colon else ':'}" for name in nodes(ctx, dst if colon else src)]


def profiles(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
    """Tier profiles that ship."""
    from netkit.model.planning.tier import PROFILES

    return _beginning(incomplete, PROFILES)


def tiers(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
    """Tiers of the profiles that ship."""
    from netkit.model.planning.tier import PROFILES

    return _beginning(
        incomplete, (tier.name for one in PROFILES.values() for tier in one.tiers.values())
    )


def metrics(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
    """What lists can minimise."""
    from netkit.model.planning.demand import Metric

    return _of(Metric, incomplete)


def formats(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
    """Formats of topology files."""
    from netkit.files.importers.recognised import Format

    return _of(Format, incomplete)


def targets(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
    """Platforms that configurations can be for."""
    from netkit.emit.targets import TARGETS

    return _beginning(incomplete, TARGETS)


def targets_or_all(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
    """The same, and the word for all of them."""
    from netkit.emit.targets import ALL, TARGETS

    return _beginning(incomplete, (*TARGETS, ALL))


def campaigns(ctx: typer.Context, incomplete: str) -> list[str]:
    """Campaigns of which the store on the line has windows, or this user's store."""
    from netkit.model.measurement.window import WindowSelection
    from netkit.store.newest.reading import newest_windows

    try:
        held = newest_windows(ctx.params.get("store"), WindowSelection())
    except (NetkitError, OSError, ModuleNotFoundError):
        return []
    return _beginning(incomplete, (one.key.campaign for one in held))


def among(*words: str) -> Callable[[typer.Context, str], list[str]]:
    """What offers these words, where they are all that a value may be."""

    def offer(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
        return _beginning(incomplete, words)

    return offer


def _of(kind: type[StrEnum], incomplete: str) -> list[str]:
    return _beginning(incomplete, (one.value for one in kind))


def _beginning(incomplete: str, words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word.startswith(incomplete)]
