"""IS-IS databases as routers of Cisco, Juniper and Huawei print them for people.

Text comes in, the records that FRR's text becomes go out, so that SPF, levels, topologies, overload
and LANs mean the same whoever printed them. What is read of each, and where its shape was seen, is
in ``docs/importers.md``; a line that nobody has seen is counted under its name, never guessed.
"""
