"""``netkit report``: one page of the documents that other commands have written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netkit.store.own_files import is_page
from netkit.store.text_files import require_writable, write_text


def report(
    documents: Annotated[
        list[Path],
        typer.Argument(
            metavar="FROM...",
            help="JSON documents of netkit: plan, summary, survival, advice, detour, place, "
            "pairing, drill, history; one of each, of one topology.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Write the page here.")],
    topology: Annotated[
        Path | None,
        typer.Option("--topology", help="The file they are of: for the map, operators and hops."),
    ] = None,
    basemap: Annotated[
        Path | None, typer.Option("--basemap", help="GeoJSON to draw underneath the map.")
    ] = None,
) -> None:
    """Write documents as one page that opens from disk: headline, matrix, pairs, map.

    Nothing in it is loaded from anywhere. Exit code 3 if a document cannot be shown.
    """
    from netkit.report.html.pages.page import report_page
    from netkit.workflows.report import read_report

    require_writable(out, is_page)
    sources, ground = read_report(documents, topology, basemap)
    write_text(out, report_page(sources, ground))
    typer.echo(f"{out}: {', '.join(one['schema'] for one in sources.given)}")
