"""One entry for every file that holds a topology: the format is told from the text itself."""

from __future__ import annotations

import os

from netkit.errors import InputError, chosen
from netkit.files.importers.delays import lay_delays
from netkit.files.importers.imported import DelayFigure, DelayUnit, Imported, Options
from netkit.files.importers.recognised import Format, format_of, recognised
from netkit.files.native import topology as native
from netkit.files.reading.encodings import declared_encoding
from netkit.files.reading.files import HEAD_BYTES, Bytes, opened, text_of
from netkit.files.reading.gc_pause import collector_paused
from netkit.model.network.derive import DEFAULT_ROUTE_FACTOR, DelayRule
from netkit.model.network.topology import Topology

_UTF8 = ("utf-8", "utf-8-sig")


def read_topology(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002
    delay_unit: str | None = None,
    route_factor: float = DEFAULT_ROUTE_FACTOR,
    network: str | None = None,
    delays: str | os.PathLike[str] | None = None,
    delay: str = DelayFigure.MAX,
    level: int | None = None,
) -> Topology:
    """Read a topology file of any known format.

    ``format`` overrides what the text looks like; ``delay_unit`` (``us`` or ``ms``) is that of
    delays without a unit, which Repetita files have, in µs unless it is given, and graphs may have;
    ``network`` names one of several that a file holds; ``route_factor`` is the fibre per great
    circle of links whose delay is derived. None of them means anything to native files. ``delays``
    is a CSV of measured link delays to lay over it (see :mod:`~netkit.files.importers.delays`).
    ``delay`` is which of the delays that an IGP advertises is planned with, ``level`` the IS-IS
    level to read of a file that holds both. What the file made the importer do is in
    :func:`import_topology`.

    Raises:
        InputError: every problem of the file, each with its place.
    """
    options = import_options(delay_unit, route_factor, network, delay, level)
    imported = import_topology(path, format=format, options=options, delays=delays)
    return imported.planned_on(os.fspath(path)).topology


def import_topology(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002
    options: Options | None = None,
    delays: str | os.PathLike[str] | None = None,
) -> Imported:
    """Read a topology file of any known format, with notes on all that was odd about it.

    Raises:
        InputError: every problem of the file, each with its place.
    """
    file, told = os.fspath(path), options or Options()
    wanted = None if format is None else chosen(Format, format, "format")
    with opened(path) as stream, collector_paused():
        imported = _imported(stream, file, told, wanted)
    return imported if delays is None else lay_delays(delays, imported)


def _imported(stream: Bytes, file: str, options: Options, wanted: Format | None) -> Imported:
    head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    kind = wanted or format_of(head.decode("utf-8-sig", "replace"))
    if kind is not Format.NATIVE and declared_encoding(head) in _UTF8:
        from netkit.files.importers.readers import STREAMED

        if kind in STREAMED:
            return STREAMED[kind](stream, file, options)
    text = text_of(stream, file)
    return parsed(text, file, options, wanted or recognised(text, file))


def parsed(text: str, file: str, options: Options, kind: Format) -> Imported:
    """What a text of a format holds.

    Raises:
        InputError: every problem of the text, each with its place.
    """
    if kind is Format.NATIVE:
        topology = native.parse_topology(text, file)
        return Imported(topology, node_of={node.name: node.name for node in topology.nodes})
    from netkit.files.importers.readers import READERS

    return READERS[kind](text, file, options)


def import_options(
    delay_unit: str | None,
    route_factor: float,
    network: str | None = None,
    delay: str = DelayFigure.MAX,
    level: int | None = None,
) -> Options:
    """Check options that come as words; raises InputError for what is out of range."""
    if not 1 <= route_factor <= 10:
        raise InputError.argument("route_factor", value=route_factor, expected="1 to 10")
    if level not in (None, 1, 2):
        raise InputError.argument("level", value=level, expected="1 or 2")
    rule, figure = DelayRule(route_factor=route_factor), chosen(DelayFigure, delay, "delay")
    unit = None if delay_unit is None else chosen(DelayUnit, delay_unit, "delay_unit")
    return Options(unit, rule, network, figure, level)
