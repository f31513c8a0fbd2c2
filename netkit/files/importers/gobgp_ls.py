"""BGP-LS as GoBGP prints it: ``gobgp global rib -a ls -j``, a table of paths by NLRI.

Nodes, links and SRv6 SIDs (RFC 9552, RFC 9514) become the records that an IS-IS database is made
of; all else is as there. What each version prints is in ``docs/importers.md``.
"""

from __future__ import annotations

import io

from netkit.files.importers.frr_isis import import_database
from netkit.files.importers.imported import Imported, Options
from netkit.files.importers.link_state.frr_json import MAX_STREAMED_BYTES
from netkit.files.importers.link_state.gobgp.table import Table
from netkit.files.reading.files import Bytes
from netkit.files.reading.json_stream import JsonStream


def parse_gobgp(text: str, file: str, options: Options) -> Imported:
    """Read a BGP-LS table that is text in memory.

    Raises:
        InputError: as :func:`read_gobgp`.
    """
    return read_gobgp(io.BufferedReader(io.BytesIO(text.encode())), file, options)


def read_gobgp(stream: Bytes, file: str, options: Options) -> Imported:
    """Read a BGP-LS table, route by route.

    Raises:
        InputError: no JSON, no node and no link in it, printed by a version that leaves out what a
            network is made of, or a choice to be made.
    """
    table = Table(file)
    json = JsonStream(stream, file, dict, MAX_STREAMED_BYTES)
    for _ in json.documents():
        if json.peek() == "{":
            for text in json.members():
                table.route(text, json.value())
        else:
            table.route("", json.value())
    return import_database(table.database(), file, options, table.skipped, "BGP-LS table")
