"""Bytes to values and back: STAMP and its TLVs, timestamps, the segment routing header.

RFC 8762, 8972, 9503 and 9534 for STAMP, RFC 8754 for the SRH. Bytes from anywhere come in;
values go out or a :class:`~netkit.errors.WireError`, never another exception.
"""
