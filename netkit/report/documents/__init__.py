"""JSON documents of every command, each with its schema (docs/*-json.md, docs/commands-json.md).

Values come in; dictionaries of plain types go out. Missing is null, never 0.
"""
