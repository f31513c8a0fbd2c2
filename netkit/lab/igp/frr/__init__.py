"""Real IS-IS in every router: FRR's zebra and isisd, and mgmtd where there is one.

A topology comes in; the daemons' files, the daemons, and what they say of their tables go out.
"""
