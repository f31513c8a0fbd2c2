"""The tables, for SQLite and PostgreSQL alike; docs/store.md describes them for who reads them.

``windows``, ``hours`` and ``days`` have the same columns: an hour is a window of an hour. Strings
that repeat in millions of rows are kept once, in ``series`` and ``paths``. ``pending`` names the
hours of a series that have windows which ``hours`` and ``days`` do not know yet; ``undelivered``
names windows that a central database has not yet taken.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from netkit.model.measurement.sample import Outcome

VERSION = "0002"
"""Of the schema: the name of the last migration in ``netkit/store/migrations/versions``."""

metadata = MetaData()
"""All tables of the store; those of other subjects are added by files of their own."""

version_table = Table(
    "netkit_version", metadata, Column("version_num", String(32), primary_key=True)
)

series = Table(
    "series",
    metadata,
    Column("id", Integer, primary_key=True),
    *(
        Column(name, Text, nullable=False)
        for name in ("campaign", "observer", "src", "dst", "flow")
    ),
    UniqueConstraint("src", "dst", "campaign", "flow", "observer", name="series_once"),
)

paths = Table(
    "paths",
    metadata,
    Column("id", Integer, primary_key=True),
    # Empty stands for none: a database holds two NULLs for different, and would keep both.
    Column("plan", Text, nullable=False),
    Column("segment_list", Text, nullable=False),
    UniqueConstraint("plan", "segment_list", name="paths_once"),
)

pending = Table(
    "pending",
    metadata,
    Column("series_id", Integer, ForeignKey("series.id"), primary_key=True),
    Column("start_ns", BigInteger, primary_key=True),
    Column("touched", Integer, nullable=False),
)

undelivered = Table(
    "undelivered",
    metadata,
    Column("series_id", Integer, ForeignKey("series.id"), primary_key=True),
    Column("start_ns", BigInteger, primary_key=True),
    Column("length_ns", BigInteger, primary_key=True),
)

horizons = Table(
    "horizons",
    metadata,
    Column("level", String(8), primary_key=True),
    Column("before_ns", BigInteger, nullable=False),
)


def _direction(name: str) -> list[Column[Any]]:
    counts = ("sent", "received", "lost", "duplicates", "reordered")
    times = ("uncertainty_ns", "certified_low_ns", "certified_high_ns")
    return [
        *(Column(f"{name}_{count}", BigInteger) for count in counts),
        Column(f"{name}_delay", LargeBinary),
        Column(f"{name}_ipdv", LargeBinary),
        *(Column(f"{name}_{time}", BigInteger) for time in times),
        Column(f"{name}_verdict", String(12), nullable=False),
    ]  # fmt: skip


def _clock(name: str) -> list[Column[Any]]:
    return [
        Column(f"{name}_clock_source", SmallInteger),
        Column(f"{name}_clock_max_error_ns", BigInteger),
        Column(f"{name}_clock_steps", Integer, nullable=False),
    ]


def _window_table(name: str) -> Table:
    """A table of windows, in the order in which one series is read."""
    return Table(
        name,
        metadata,
        Column("series_id", Integer, ForeignKey("series.id"), primary_key=True),
        Column("start_ns", BigInteger, primary_key=True),
        Column("length_ns", BigInteger, primary_key=True),
        *(Column(f"probes_{outcome.value}", BigInteger) for outcome in Outcome),
        *_direction("forward"),
        *_direction("backward"),
        Column("round_trip", LargeBinary),
        *_clock("sender"),
        *_clock("reflector"),
        Column("path_id", Integer, ForeignKey("paths.id")),
        Column("bound_us", BigInteger),
        Column("verdict", String(12), nullable=False),
        Column("incomplete", Boolean, nullable=False),
        Column("dropped_here", BigInteger, nullable=False),
        Column("notes", Text),
        sqlite_with_rowid=False,
    )


windows = _window_table("windows")
hours = _window_table("hours")
days = _window_table("days")
