"""Link state: what routers print of their database, and the network that it describes.

Text and JSON of FRR, tables of GoBGP become records that no longer know who printed them; records
become nodes and adjacencies as SPF sees them, and adjacencies of two ends become links.
"""
