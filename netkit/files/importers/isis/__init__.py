"""The IS-IS link-state database: what routers print of it, and the network that it describes.

Printed text or JSON becomes records (:mod:`~netkit.files.importers.isis.records`) that no longer
know who printed them; records become nodes and adjacencies as SPF sees them.
"""
