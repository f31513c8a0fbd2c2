"""``--html``: the page of what a command has found, as ``netkit report`` would make it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.store.own_files import is_page
from netkit.store.text_files import require_writable, write_text

if TYPE_CHECKING:
    from netkit.model.network.topology import Topology
    from netkit.report.documents.document import Document

HtmlOption = Annotated[
    Path | None,
    typer.Option("--html", help="Write a page of it here, as `netkit report` makes them."),
]


def require_page(html: Path | None) -> None:
    """Before the work rather than after it: may a page be written there?"""
    require_writable(html, is_page)


def write_page(html: Path | None, topology: Topology | None, *make: Callable[[], Document]) -> None:
    """Write the page of the documents that ``make`` makes, where one is asked for."""
    if html is None:
        return
    from netkit.report.html.pages.page import Ground, report_page
    from netkit.report.html.pages.sources import sort_sources

    sources = sort_sources([(str(html), one()) for one in make])
    write_text(html, report_page(sources, Ground(topology)))
