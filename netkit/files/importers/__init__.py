"""Topologies in the formats of others: research files, link-state databases, networkx graphs.

A file comes in; a topology goes out together with what was left out or assumed. IS-IS is read
as RFC 5305, 8570 and 9352 define it, BGP-LS as RFC 9552 and 9514 (docs/importers.md).
"""
