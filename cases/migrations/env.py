"""Alembic's way in: runs the migrations on the connection that ``cases.schema`` hands over."""

from alembic import context

from cases.records import CaseRecord

connection = context.config.attributes["connection"]
# SQLite cannot alter most of a table in place; batch mode copies it instead.
context.configure(
    connection=connection,
    target_metadata=CaseRecord.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
