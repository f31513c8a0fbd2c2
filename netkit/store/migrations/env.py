"""What Alembic runs: the steps that are left, in the transaction of ``windows.upkeep.migrate``."""

from __future__ import annotations

from alembic import context

from netkit.store.windows.schema import metadata, version_table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=version_table.name,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
