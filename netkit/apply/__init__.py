"""From the state that a router should have to a router that has it, or is as it was before.

In come what a router holds and what it should hold; out come changes, each with its inverse, in an
order that makes before it breaks. They are written to a journal before the first of them, and a
crash at any point is recovered from there (write-ahead logging).
"""
