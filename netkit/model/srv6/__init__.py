"""Segments, SIDs, uSID containers, and what they cost on the wire.

RFC 8402 for segments, RFC 8986 for SIDs and behaviours, RFC 9800 for NEXT-CSID (uSID), RFC 8754
for the segment routing header.
"""
