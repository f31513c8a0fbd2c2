"""The IS-IS database as FRR prints it: ``show isis database detail``, as text or as JSON.

What each version prints, field by field, is in ``docs/importers.md``.
"""

from __future__ import annotations

import io
from collections import Counter
from pathlib import PurePath

from netkit.files.importers.build import build
from netkit.files.importers.imported import Imported, Options
from netkit.files.importers.link_state.frr_json import MAX_STREAMED_BYTES, read_frr_json
from netkit.files.importers.link_state.frr_text import read_frr_text
from netkit.files.importers.link_state.network.database import network_of
from netkit.files.importers.link_state.network.links import links_of
from netkit.files.importers.link_state.records import Database
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.reading.files import HEAD_BYTES, Bytes, text_lines
from netkit.files.reading.findings import Findings


def parse_frr(text: str, file: str, options: Options) -> Imported:
    """Read a database that is text in memory.

    Raises:
        InputError: as :func:`read_frr`.
    """
    return read_frr(io.BufferedReader(io.BytesIO(text.encode()), HEAD_BYTES), file, options)


def read_frr(stream: Bytes, file: str, options: Options) -> Imported:
    """Read a database, LSP by LSP.

    Raises:
        InputError: no JSON, no LSPs in it, less than the router holds, or a choice to be made.
    """
    skipped = Skipped()
    head = stream.peek(HEAD_BYTES).decode("utf-8-sig", "replace").lstrip()
    if head[:1] in ("{", "["):
        database = read_frr_json(stream, file, skipped)
    else:
        database = read_frr_text(text_lines(stream, file, MAX_STREAMED_BYTES), file, skipped)
    return import_database(database, file, options, skipped)


def import_database(
    database: Database,
    file: str,
    options: Options,
    skipped: Skipped,
    description: str = "IS-IS database",
) -> Imported:
    """The topology that a database describes, with notes on what SPF would not use of it."""
    findings = Findings(file)
    drafts = network_of(findings, database, options)
    nodes, arcs = drafts.nodes, drafts.arcs
    anomalous = sum(arc.traffic.anomalous for arc in arcs)
    if anomalous:
        findings.note(None, "adjacencies with figures that are past a threshold", str(anomalous))
    names = {node.key: node.label for node in nodes}
    links, unused = links_of(findings, arcs, options.delay, names)
    skipped.note(findings)
    left_out = drafts.left_out + unused
    _note_left_out(findings, left_out)
    return build(
        findings, PurePath(file).stem, description, nodes, links, options,
        routed=True, left_out=left_out, anycasts=drafts.anycasts, flex_algos=drafts.flex_algos,
    )  # fmt: skip


def _note_left_out(findings: Findings, left_out: Counter[str]) -> None:
    for kind, count in sorted(left_out.items()):
        findings.note(None, f"not used, as by SPF: {kind}", str(count))
