"""A plan made before and a network that has changed; the plan as it would be made afresh goes out.

What no answer can depend on is told by bounds that hold for every path and list there is; all else
is computed anew.
"""
