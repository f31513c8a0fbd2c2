"""Disjoint paths and failures: TI-LFA repairs (RFC 9855), sweeps over single failures.

A demand comes in, and two paths for it that share no arc, node or risk go out; a planned pair comes
in, and what each failure does to it in each phase goes out.
"""
