"""Files to topologies, tiers, demands and policies of the model, and back, with every check.

Untrusted text comes in; checked values go out, or all problems of a file at once, each with its
line. ``reading`` knows syntax, ``native`` netkit's own format, ``importers`` those of others.
"""
