"""Where captures were led by redirects, to find them by it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_captures_final_url",
        "captures",
        ["final_url"],
        unique=False,
        sqlite_where=sa.text("final_url <> url"),
        postgresql_where=sa.text("final_url <> url"),
    )


def downgrade() -> None:
    op.drop_index("ix_captures_final_url", table_name="captures")
