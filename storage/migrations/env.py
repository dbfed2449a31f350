"""What Alembic runs: the migrations on the connection that ``storage.schema`` gives."""

from alembic import context

from storage.migrations.rendering import render_item
from storage.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render_item,
    # SQLite cannot alter a table in place: Alembic copies it.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_server_default=True,
)
# The transaction is the caller's, who may hold a lock in it.
context.run_migrations()
