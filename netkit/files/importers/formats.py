"""One entry for every file that holds a topology: the format is told from the text itself."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from enum import StrEnum
from functools import partial

from netkit.errors import InputError, chosen
from netkit.files.importers import frr_isis as frr
from netkit.files.importers import gobgp_ls as gobgp
from netkit.files.importers.delays import lay_delays
from netkit.files.importers.graphs import edge_list, gml, graphml, node_link
from netkit.files.importers.ietf import network
from netkit.files.importers.ietf.data_tree import NETWORK_JSON, NETWORK_XML
from netkit.files.importers.imported import DelayFigure, DelayUnit, Imported, Options
from netkit.files.importers.research import repetita, sndlib, sndlib_xml
from netkit.files.importers.vendor_text import reading as vendor_text
from netkit.files.native import topology as native
from netkit.files.reading.encodings import declared_encoding
from netkit.files.reading.files import HEAD_BYTES, Bytes, opened, text_of
from netkit.files.reading.gc_pause import collector_paused
from netkit.model.network.derive import DEFAULT_ROUTE_FACTOR, DelayRule
from netkit.model.network.topology import Topology


class Format(StrEnum):
    """The formats that can be read."""

    NATIVE = "native"
    GRAPHML = "graphml"
    GML = "gml"
    NODE_LINK = "node-link"
    EDGES = "edges"
    IETF = "ietf"
    REPETITA = "repetita"
    FRR = "frr"
    GOBGP = "gobgp"
    IOSXR = "iosxr"
    JUNOS = "junos"
    VRP = "vrp"
    SNDLIB = "sndlib"
    SNDLIB_XML = "sndlib-xml"


_UTF8 = ("utf-8", "utf-8-sig")
_HEAD = 1 << 16
"""How much of a file is looked at to tell its format."""

_NATIVE_KEY = re.compile(r"^[{ \"']*(netkit|name|nodes|links|defaults)\b[\"']?\s*:", re.MULTILINE)

_PATTERNS = {
    Format.IETF: re.compile(
        rf"\s*(?=<)(?s:.*?){NETWORK_XML.pattern}|\s*[{{\[](?s:.*?){NETWORK_JSON.pattern}"
    ),
    Format.GRAPHML: re.compile(r"\s*(?=<)(?s:.*?)<([\w.-]+:)?graphml[\s>]"),
    Format.GOBGP: re.compile(r'\s*[{\[](?s:.*?)"nlri"\s*:'),
    Format.FRR: re.compile(
        r'\s*[{\[](?s:.*?)"(lsp|lsps|levels)"\s*:|(?s:.*?)^IS-IS Level-[12] link-state database:',
        re.MULTILINE,
    ),
    Format.IOSXR: vendor_text.IOSXR,
    Format.JUNOS: vendor_text.JUNOS,
    Format.VRP: vendor_text.VRP,
    Format.NODE_LINK: re.compile(
        r'\s*\{(?!(?s:.*?)"netkit"\s*:)(?=(?s:.*?)"(directed|multigraph|nodes)"\s*:)'
        r'(?=(?s:.*?)"(directed|source|target)"\s*:)'
    ),
    Format.SNDLIB: re.compile(r"\s*(#[^\n]*\n\s*)*\?SNDlib native format"),
    Format.SNDLIB_XML: re.compile(r"\s*(?=<)(?s:.*?)<([\w.-]+:)?network[\s>]"),
    Format.REPETITA: re.compile(r"\s*NODES\s+\S+\s*\n"),
    Format.GML: re.compile(r"(?s:\s|#[^\n]*\n|(Creator|Version|comment)\s[^\n]*\n)*graph\s*\["),
}

_OTHERS = [*_PATTERNS, Format.EDGES]


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
        head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
        kind = wanted or format_of(head.decode("utf-8-sig", "replace"))
        if kind in _STREAMED and declared_encoding(head) in _UTF8:
            imported = _STREAMED[kind](stream, file, told)
        else:
            text = text_of(stream, file)
            imported = _READERS[wanted or _recognised(text, file)](text, file, told)
    return imported if delays is None else lay_delays(delays, imported)


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


def format_of(text: str) -> Format:
    """The format that the text is written in; native where it is none of the others."""
    head = text[:_HEAD]
    found = (format_ for format_, pattern in _PATTERNS.items() if pattern.match(head))
    format_ = next(found, Format.NATIVE)
    edges = format_ is Format.NATIVE and edge_list.is_edge_list(head)
    return Format.EDGES if edges else format_


def _recognised(text: str, file: str) -> Format:
    """The format of a text; raises InputError where it is not even a native file gone wrong."""
    found = format_of(text)
    other = vendor_text.other_system(text[:_HEAD]) if found is Format.NATIVE else None
    if other is not None:
        raise InputError.single(
            f"the IS-IS database of {other} is not read", file=file,
            expected="that of IOS XR, Junos, VRP or FRR",
        )  # fmt: skip
    if found is Format.NATIVE and text.strip() and not _NATIVE_KEY.search(text):
        raise InputError.single(
            "the format is not recognised", file=file, line=1,
            expected="a file that starts with `netkit: topology/1`, or " + ", ".join(_OTHERS),
            remedy="Say which format it is", field="format",
        )  # fmt: skip
    return found


def _native(text: str, file: str, _options: Options) -> Imported:
    topology = native.parse_topology(text, file)
    return Imported(topology, node_of={node.name: node.name for node in topology.nodes})


_READERS: dict[Format, Callable[[str, str, Options], Imported]] = {
    Format.NATIVE: _native,
    Format.GRAPHML: graphml.parse_graphml,
    Format.GML: gml.parse_gml_graph,
    Format.NODE_LINK: node_link.parse_node_link,
    Format.EDGES: edge_list.parse_edge_list,
    Format.IETF: network.parse_networks,
    Format.REPETITA: repetita.parse_graph,
    Format.FRR: frr.parse_frr,
    Format.GOBGP: gobgp.parse_gobgp,
    Format.IOSXR: partial(vendor_text.parsed, vendor_text.read_iosxr),
    Format.JUNOS: partial(vendor_text.parsed, vendor_text.read_junos),
    Format.VRP: partial(vendor_text.parsed, vendor_text.read_vrp),
    Format.SNDLIB: sndlib.parse_native,
    Format.SNDLIB_XML: sndlib_xml.parse_sndlib_xml,
}

_STREAMED: dict[Format, Callable[[Bytes, str, Options], Imported]] = {
    Format.FRR: frr.read_frr,
    Format.GOBGP: gobgp.read_gobgp,
    Format.IOSXR: vendor_text.read_iosxr,
    Format.JUNOS: vendor_text.read_junos,
    Format.VRP: vendor_text.read_vrp,
}
"""Formats of live networks, whose files are too large to be held as text."""
