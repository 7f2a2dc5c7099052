"""The search index keeps no sizes of its entries: nothing is ranked by them, all pay for them."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was indexed stays so."""
    # Not renamed afterwards: SQLite writes down a renamed table in other words.
    op.execute("CREATE TEMP TABLE indexed AS SELECT rowid AS id, words FROM product_search")
    op.execute("DROP TABLE product_search")
    op.execute(
        "CREATE VIRTUAL TABLE product_search USING fts5("
        "words, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', columnsize = 0)"
    )
    op.execute(
        "INSERT INTO product_search (rowid, words) SELECT id, words FROM temp.indexed ORDER BY id"
    )
    op.execute("DROP TABLE temp.indexed")
