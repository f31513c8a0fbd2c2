"""From the schema of an older netkit to this one's, step by step (Alembic), on either database.

A step is a file of ``versions`` and never changes once a netkit with it is out. Its name is the
version that a database has afterwards; the last is ``windows.schema.VERSION``.
"""
