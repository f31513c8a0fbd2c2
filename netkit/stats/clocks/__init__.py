"""What is certain of one-way delays whatever the clocks say: intervals from difference constraints.

Delays of a mesh and light-time floors come in; the tightest intervals that any set of clocks
could explain go out, or the contradiction (docs/clocks.md).
"""
