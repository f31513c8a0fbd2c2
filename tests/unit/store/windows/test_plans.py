"""How SQLite reads: by its index for each series, however many windows there are."""

from __future__ import annotations

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite
from stored_windows import window

from netkit.model.measurement.window import WindowSelection
from netkit.store.newest.plain import NEWEST
from netkit.store.windows.reading import latest_statement, windows_statement
from netkit.store.windows.schema import windows
from netkit.store.windows.spool import batch_statement
from netkit.store.windows.store import open_store


def text_of(statement: Select[tuple[object, ...]]) -> str:
    said = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    return str(said)


def newest(pair: str) -> str:
    asked = {":campaign": "NULL", ":src": pair, ":dst": pair, ":until_ns": "9"}
    text = NEWEST
    for name, value in asked.items():
        text = text.replace(name, value)
    return text


@pytest.mark.parametrize(
    "text",
    [
        newest("'a'"),
        newest("NULL"),
        text_of(windows_statement(windows, WindowSelection(since_ns=1, until_ns=9))),
        text_of(windows_statement(windows, WindowSelection("daily", since_ns=1))),
        text_of(windows_statement(windows, WindowSelection(fresh_since_ns=1, until_ns=9))),
        text_of(windows_statement(windows, WindowSelection(src="a", dst="b", since_ns=1))),
        text_of(latest_statement(WindowSelection())),
        text_of(batch_statement()),
    ],
)
def test_no_statement_of_a_time_reads_all_windows(tmp_path, text):
    with open_store(f"sqlite:///{tmp_path / 'windows.sqlite'}") as store:
        store.add(window(minute, src) for minute in range(50) for src in "ab")
        with store.engine.connect() as connection:
            steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    found = [one for one in steps if one.split()[1] in {"windows", "others", "every"}]
    assert found
    assert all("PRIMARY KEY (series_id=?" in one for one in found), steps
