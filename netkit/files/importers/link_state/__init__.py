"""Link state: what routers print of their database, and the network that it describes.

Text and JSON of FRR, tables of GoBGP become records that no longer know who printed them; of these
``network`` makes nodes, adjacencies and links.
"""
