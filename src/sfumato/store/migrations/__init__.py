"""Alembic's migrations, packaged, run at start. Knows the tables and nothing else."""
