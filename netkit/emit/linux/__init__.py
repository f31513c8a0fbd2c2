"""Linux: input of ``ip -batch`` for SIDs and policies, of ``nft -f`` for the edge of the domain.

In: the state of a router. Out: two files, which are read back into the same state. Endpoint
behaviours are those of RFC 8986 and RFC 9800 as the kernel's seg6local has them, headends
encapsulate as RFC 8986 §5; the filter is that of RFC 8754 §5.1. What the kernel has no word for
(names, colors, endpoints, algorithms) stands in comments of a fixed form.
"""
