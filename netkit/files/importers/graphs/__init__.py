"""Graphs of general tools: nodes and edges with attributes of any name.

What an attribute means is told from its name, and its unit from its name or its value
(docs/importers.md); what has no unit and would decide a delay is refused.
"""
