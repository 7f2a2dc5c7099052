"""Articles are found by their family, for choosing among its variants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Most articles have no family; they are not in the index."""
    op.create_index(
        "ix_product_family", "product", ["family"], sqlite_where=sa.text("family <> ''")
    )
