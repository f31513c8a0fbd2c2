"""Verdicts of windows to alarms: raised and cleared by n of m windows, never by one.

Rules and windows come in; transitions with their evidence go out. What inconclusive windows would
need to be decided is said beside them (docs/alarms.md).
"""
