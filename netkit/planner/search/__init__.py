"""The search for segment lists inside a bound: label-setting over segments, exact.

Costs of segments (worst delay over ECMP) come in; the list of fewest SIDs, or of least cost,
goes out, or the reason why there is none. Segments as in RFC 8402, uSID as in RFC 9800.
"""
