"""How Alembic reaches the database: by the connection that `matcher.store.database.schema` hands it."""

from __future__ import annotations

from alembic import context

from matcher.store.database.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
