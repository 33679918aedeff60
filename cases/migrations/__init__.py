"""The schema's history, run by Alembic for SQLite and PostgreSQL alike."""
