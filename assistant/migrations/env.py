"""Run by alembic for `assistant.database.upgrade`, which hands over the open connection."""

from __future__ import annotations

from alembic import context

from assistant.records import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite can't alter a table in place: alembic then copies it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
