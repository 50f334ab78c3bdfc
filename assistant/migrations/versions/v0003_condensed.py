"""Cases that were too long for the model: what it saw in their place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("conversations", "versions"):
        column = sa.Column("condensed", sa.Text(), nullable=False, server_default="")
        op.add_column(table, column)
