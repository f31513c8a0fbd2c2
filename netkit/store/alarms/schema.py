"""The tables of alarms, beside those of windows; docs/alarms.md describes them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from netkit.store.windows.schema import metadata

SUBJECT = ("campaign", "rule", "src", "dst", "flow", "way")

alarm_states = Table(
    "alarm_states",
    metadata,
    *(Column(name, Text, primary_key=True) for name in SUBJECT),
    Column("state", Text, nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("id", String(16), primary_key=True),
    *(Column(name, Text, nullable=False) for name in SUBJECT),
    Column("since_ns", BigInteger, nullable=False),
    Column("raised_ns", BigInteger, nullable=False),
    Column("cleared_ns", BigInteger),
    Column("acked_ns", BigInteger),
    Column("acked_by", Text),
    Column("evidence", Text, nullable=False),
)

alarm_deliveries = Table(
    "alarm_deliveries",
    metadata,
    Column("event_id", String(32), primary_key=True),
    Column("target", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_ns", BigInteger, nullable=False),
    Column("done_ns", BigInteger),
    Column("error", Text),
)
"""A row is told once ``done_ns`` is there; until then it is tried again when it is due."""
