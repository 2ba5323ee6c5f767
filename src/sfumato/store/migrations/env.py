"""Alembic's entry point: migrates the connection it is handed, inside the caller's transaction."""

from alembic import context

from sfumato.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,  # SQLite can; Alembic assumes the worst of its driver
)
context.run_migrations()
