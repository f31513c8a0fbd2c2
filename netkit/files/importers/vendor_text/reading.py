"""From the text of a router to a topology, and what is no text that can be one."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from netkit.errors import InputError
from netkit.files.importers.frr_isis import import_database
from netkit.files.importers.imported import Imported, Options, one_network
from netkit.files.importers.link_state.frr_json import MAX_STREAMED_BYTES
from netkit.files.importers.link_state.records import Database, Lsp
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.importers.vendor_text.builder import Builder
from netkit.files.importers.vendor_text.iosxr import IosXr
from netkit.files.importers.vendor_text.junos import Junos
from netkit.files.importers.vendor_text.vrp import Vrp
from netkit.files.reading.files import HEAD_BYTES, Bytes, text_lines
from netkit.files.reading.findings import Findings

Levels = dict[tuple[str, int], list[Lsp]]


class Reader(Protocol):
    """What takes the lines of one vendor's text."""

    @property
    def command(self) -> str:
        """What prints all that is read."""

    @property
    def by_number(self) -> str | None:
        """What makes the router print system ids for names."""

    def line(self, line: str) -> None:
        """Take the next line."""

    def doubts(self) -> list[str]:
        """What the text may lack, in words."""


def read_iosxr(stream: Bytes, file: str, options: Options) -> Imported:
    """Read ``show isis database verbose`` of IOS XR.

    Raises:
        InputError: no LSPs, no more than their list, less than the router counts, two routers of
            one name, or a choice to be made.
    """
    return _read(stream, file, options, IosXr)


def read_junos(stream: Bytes, file: str, options: Options) -> Imported:
    """Read ``show isis database extensive`` of Junos.

    Raises:
        InputError: as :func:`read_iosxr`; LSPs without their TLVs, as ``detail`` prints them.
    """
    return _read(stream, file, options, Junos)


def read_vrp(stream: Bytes, file: str, options: Options) -> Imported:
    """Read ``display isis lsdb verbose`` of VRP.

    Raises:
        InputError: as :func:`read_iosxr`.
    """
    return _read(stream, file, options, Vrp)


def parsed(
    read: Callable[[Bytes, str, Options], Imported], text: str, file: str, options: Options
) -> Imported:
    """Read a text that is in memory."""
    return read(io.BufferedReader(io.BytesIO(text.encode()), HEAD_BYTES), file, options)


def _read(
    stream: Bytes, file: str, options: Options, kind: Callable[[Builder], Reader]
) -> Imported:
    skipped = Skipped()
    builder = Builder(skipped)
    reader = kind(builder)
    for line in text_lines(stream, file, MAX_STREAMED_BYTES):
        reader.line(line)
    if not builder.levels:
        raise InputError.single("no LSPs", file=file, expected=f"`{reader.command}`")
    if builder.is_brief:
        raise InputError.single(
            "the LSPs are listed without what is in them: without their links and overload bits",
            file=file, remedy=f"Take `{reader.command}`",
        )  # fmt: skip
    database = builder.database(file, reader.by_number)
    findings = Findings(file)
    for doubt in reader.doubts():
        findings.note(None, doubt, expected=f"the whole of `{reader.command}`")
    database.levels = _instance(findings, database, options)
    imported = import_database(database, file, options, skipped)
    return replace(imported, notes=(*findings.notes, *imported.notes))


def _instance(findings: Findings, database: Database, options: Options) -> Levels:
    """The levels of one instance: each has an SPF of its own (ISO 10589, 7.2)."""
    by_name: dict[str, Levels] = defaultdict(dict)
    for (name, level), lsps in database.levels.items():
        by_name[name][name, level] = lsps
    if options.network is None and len(by_name) == 1:
        return database.levels
    return one_network(findings, by_name, options, "IS-IS instance")
