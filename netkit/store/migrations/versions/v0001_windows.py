"""The first version: windows, hours and days, their series and paths, and what is pending."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG, _SMALL, _INT = sa.BigInteger, sa.SmallInteger, sa.Integer
_OUTCOMES = (
    "received", "lost_forward", "lost_backward", "lost", "late", "duplicate", "refused", "not_sent",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables in a database that has none."""
    op.create_table(
        "series",
        sa.Column("id", _INT, primary_key=True),
        *(_text(name) for name in ("campaign", "observer", "src", "dst", "flow")),
        sa.UniqueConstraint("src", "dst", "campaign", "flow", "observer", name="series_once"),
    )
    op.create_table(
        "paths",
        sa.Column("id", _INT, primary_key=True),
        *(_text(name) for name in ("plan", "segment_list")),
        sa.UniqueConstraint("plan", "segment_list", name="paths_once"),
    )
    op.create_table(
        "pending",
        sa.Column("series_id", _INT, sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("start_ns", _BIG, primary_key=True),
        sa.Column("touched", _INT, nullable=False),
    )
    op.create_table(
        "undelivered",
        sa.Column("series_id", _INT, sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("start_ns", _BIG, primary_key=True),
        sa.Column("length_ns", _BIG, primary_key=True),
    )
    horizons = op.create_table(
        "horizons",
        sa.Column("level", sa.String(8), primary_key=True),
        sa.Column("before_ns", _BIG, nullable=False),
    )
    for name in ("windows", "hours", "days"):
        op.create_table(name, *_window_columns(), sqlite_with_rowid=False)
        op.bulk_insert(horizons, [{"level": name, "before_ns": 0}])


def _window_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("series_id", _INT, sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("start_ns", _BIG, primary_key=True),
        sa.Column("length_ns", _BIG, primary_key=True),
        *(sa.Column(f"probes_{outcome}", _BIG) for outcome in _OUTCOMES),
        *_direction("forward"),
        *_direction("backward"),
        sa.Column("round_trip", sa.LargeBinary),
        *_clock("sender"),
        *_clock("reflector"),
        sa.Column("path_id", _INT, sa.ForeignKey("paths.id")),
        sa.Column("bound_us", _BIG),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("incomplete", sa.Boolean, nullable=False),
        sa.Column("dropped_here", _BIG, nullable=False),
        sa.Column("notes", sa.Text),
    ]


def _direction(name: str) -> list[sa.Column[Any]]:
    counts = ("sent", "received", "lost", "duplicates", "reordered")
    times = ("uncertainty_ns", "certified_low_ns", "certified_high_ns")
    return [
        *(sa.Column(f"{name}_{count}", _BIG) for count in counts),
        *(sa.Column(f"{name}_{delays}", sa.LargeBinary) for delays in ("delay", "ipdv")),
        *(sa.Column(f"{name}_{time}", _BIG) for time in times),
        sa.Column(f"{name}_verdict", sa.String(12), nullable=False),
    ]


def _clock(name: str) -> list[sa.Column[Any]]:
    return [
        sa.Column(f"{name}_clock_source", _SMALL),
        sa.Column(f"{name}_clock_max_error_ns", _BIG),
        sa.Column(f"{name}_clock_steps", _INT, nullable=False),
    ]


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)
