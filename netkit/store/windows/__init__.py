"""Windows in a database, SQLite or PostgreSQL: kept, rolled up, read and pruned.

Values of ``model.measurement.window`` come in and are on disk when a call returns; each is there
whole or not at all, and once, however often it was given. How windows merge is given to the store
by its callers: the store counts nothing itself. The schema is described in docs/store.md.
"""
