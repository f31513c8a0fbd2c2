"""STAMP reflected by the kernel: what the Python reflector would answer, before it ever sees it.

Rules of a reflector come in and become a program and its maps; bare requests are then answered
at the interface, and everything else goes up to the engine, whose sessions, rates and refusals
these are. Linux 6.6 or later; nothing is pinned.
"""
