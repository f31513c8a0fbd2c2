"""The same statement for SQLite as text, and what else must be known without SQLAlchemy.

``tests/unit/store/newest`` holds all of it against the schema.
"""

from __future__ import annotations

DEFAULT_FILE = "windows.sqlite"
SCHEMA_VERSION = "0002"

VERSION = "SELECT version_num FROM netkit_version"

LAST_STARTS = """
SELECT start_ns FROM windows WHERE series_id = (SELECT id FROM series WHERE campaign = :campaign
AND observer = :observer AND src = :src AND dst = :dst AND flow = :flow)
AND start_ns <= :start_ns AND length_ns = :length_ns ORDER BY start_ns DESC LIMIT 40
"""
"""When the last windows of a series began. PostgreSQL is asked in the same words."""

NEWEST = """
SELECT series.campaign, series.observer, series.src, series.dst, series.flow, paths."plan",
paths.segment_list, windows.series_id, windows.start_ns, windows.length_ns,
windows.probes_received, windows.probes_lost_forward, windows.probes_lost_backward,
windows.probes_lost, windows.probes_late, windows.probes_duplicate, windows.probes_refused,
windows.probes_not_sent, windows.forward_sent, windows.forward_received, windows.forward_lost,
windows.forward_duplicates, windows.forward_reordered, windows.forward_delay,
windows.forward_ipdv, windows.forward_uncertainty_ns, windows.forward_certified_low_ns,
windows.forward_certified_high_ns, windows.forward_verdict, windows.backward_sent,
windows.backward_received, windows.backward_lost, windows.backward_duplicates,
windows.backward_reordered, windows.backward_delay, windows.backward_ipdv,
windows.backward_uncertainty_ns, windows.backward_certified_low_ns,
windows.backward_certified_high_ns, windows.backward_verdict, windows.round_trip,
windows.sender_clock_source, windows.sender_clock_max_error_ns, windows.sender_clock_steps,
windows.reflector_clock_source, windows.reflector_clock_max_error_ns,
windows.reflector_clock_steps, windows.path_id, windows.bound_us, windows.verdict,
windows.incomplete, windows.dropped_here, windows.notes FROM series JOIN windows ON
windows.series_id = series.id + 0 LEFT OUTER JOIN paths ON paths.id = windows.path_id WHERE
windows.start_ns = coalesce((SELECT max(others.start_ns) AS max_1 FROM windows AS
others WHERE others.series_id = series.id AND others.start_ns < :until_ns), (SELECT
max(every.start_ns) AS max_2 FROM windows AS every WHERE every.series_id = series.id)) AND
coalesce(:campaign, series.campaign) = series.campaign AND
coalesce(:src, series.src) = series.src AND coalesce(:dst, series.dst) = series.dst ORDER BY
series.campaign, series.observer, series.src, series.dst, series.flow, windows.length_ns
"""
