"""History to files that other programs read: rows of plain values, a column each."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from netkit.report.documents.document import Document, to_text
from netkit.store.own_files import document_of, is_none
from netkit.store.text_files import require_writable, write_text


def export_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write a new CSV file; what is missing is an empty field. Raises InputError and OSError."""
    require_writable(path, is_none)
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    write_text(path, text.getvalue())


def export_json(path: Path, document: Document) -> None:
    """Write the document of a history, over an earlier one too. Raises InputError and OSError."""
    require_writable(path, document_of("history"))
    write_text(path, to_text(document))


def export_parquet(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write a new Parquet file; what is missing is null. Raises InputError and OSError."""
    from netkit.store.parquet import write_rows

    require_writable(path, is_none)
    write_rows(path, rows)
