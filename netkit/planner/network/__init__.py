"""The graph as arrays: arcs, metrics, shortest paths, ECMP, and the worst delay that ECMP may give.

A topology comes in; matrices of distance, path count and worst delay go out. IGP distances are
those of IS-IS (RFC 5305), planes those of Flex-Algo (RFC 9350).
"""
