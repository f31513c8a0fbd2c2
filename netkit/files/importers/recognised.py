"""The formats of topology files, told from the text itself."""

from __future__ import annotations

import re
from enum import StrEnum

from netkit.errors import InputError
from netkit.files.importers.graphs.edge_header import is_edge_list
from netkit.files.importers.ietf.data_tree import NETWORK_JSON, NETWORK_XML
from netkit.files.importers.vendor_text import systems


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
    Format.IOSXR: systems.IOSXR,
    Format.JUNOS: systems.JUNOS,
    Format.VRP: systems.VRP,
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


def format_of(text: str) -> Format:
    """The format that the text is written in; native where it is none of the others."""
    head = text[:_HEAD]
    found = (format_ for format_, pattern in _PATTERNS.items() if pattern.match(head))
    format_ = next(found, Format.NATIVE)
    edges = format_ is Format.NATIVE and is_edge_list(head)
    return Format.EDGES if edges else format_


def recognised(text: str, file: str) -> Format:
    """The format of a text; raises InputError where it is not even a native file gone wrong."""
    found = format_of(text)
    other = systems.other_system(text[:_HEAD]) if found is Format.NATIVE else None
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
