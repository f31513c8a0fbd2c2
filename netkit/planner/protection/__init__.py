"""Backups and failures: disjoint lists, TI-LFA repairs (RFC 9855), sweeps over single failures.

A planned pair comes in; a list that shares no arc, node or risk with it on any ECMP branch, and
what each failure does in each phase, go out.
"""
