"""The Session-Sender of RFC 8762: what to send when, and what came of each probe.

Schedules are those of RFC 3432 and RFC 2330; every probe ends as exactly one outcome.
"""
