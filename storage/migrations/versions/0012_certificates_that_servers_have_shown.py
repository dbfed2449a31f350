"""certificates that servers have shown."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("der", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_certificates")),
    )
    with op.batch_alter_table("captures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_captures_wire_sha256",
            ["wire_sha256"],
            unique=False,
            sqlite_where=sa.text("wire_sha256 <> sha256"),
            postgresql_where=sa.text("wire_sha256 <> sha256"),
        )


def downgrade() -> None:
    with op.batch_alter_table("captures", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_captures_wire_sha256",
            sqlite_where=sa.text("wire_sha256 <> sha256"),
            postgresql_where=sa.text("wire_sha256 <> sha256"),
        )
    op.drop_table("certificates")
