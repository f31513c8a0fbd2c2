"""Text to values that remember their lines: YAML, JSON, XML and CSV, read safely.

A path comes in; nodes of a document with file and line go out, and what is wrong is collected
as findings, so that one reading tells all of it.
"""
