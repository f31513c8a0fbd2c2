"""The steps; each is a module with a ``revision``, as Alembic finds them."""
