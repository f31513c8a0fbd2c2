"""Alarms, how far each has come, and what is to be told of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SUBJECT = ("campaign", "rule", "src", "dst", "flow", "way")


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "alarm_states",
        *(sa.Column(name, sa.Text, primary_key=True) for name in _SUBJECT),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "alarms",
        sa.Column("id", sa.String(16), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _SUBJECT),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("since_ns", "raised_ns")),
        *(sa.Column(name, sa.BigInteger) for name in ("cleared_ns", "acked_ns")),
        sa.Column("acked_by", sa.Text),
        sa.Column("evidence", sa.Text, nullable=False),
    )
    op.create_table(
        "alarm_deliveries",
        sa.Column("event_id", sa.String(32), primary_key=True),
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_ns", sa.BigInteger, nullable=False),
        sa.Column("done_ns", sa.BigInteger),
        sa.Column("error", sa.Text),
    )
