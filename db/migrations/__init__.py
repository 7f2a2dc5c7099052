"""Alembic environments and revisions of both sides."""
