"""Digests of several frequencies and languages, with what the next one says of the last."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_OLD = "uq_digest_windows_recipient_number"
_NEW = "uq_digest_windows_recipient_frequency_language_number"


def upgrade() -> None:
    with op.batch_alter_table("digest_windows", schema=None) as batch_op:
        # those of before were weekly, in the language of the settings, which was not kept
        batch_op.add_column(
            sa.Column("frequency", sa.String(), nullable=False, server_default="weekly")
        )
        batch_op.add_column(sa.Column("language", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("text_sha256", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("counts", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("message_id", sa.String(), nullable=True))
        batch_op.drop_constraint(batch_op.f(_OLD), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f(_NEW), ["recipient", "frequency", "language", "number"]
        )
    with op.batch_alter_table("digest_windows", schema=None) as batch_op:
        batch_op.alter_column("frequency", server_default=None)


def downgrade() -> None:
    # only one series for each recipient is known there: the weekly one that went furthest
    op.execute(
        "DELETE FROM digest_windows WHERE frequency <> 'weekly' OR id NOT IN "
        "(SELECT MAX(id) FROM digest_windows WHERE frequency = 'weekly' "
        "GROUP BY recipient, number)"
    )
    with op.batch_alter_table("digest_windows", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(_NEW), type_="unique")
        batch_op.create_unique_constraint(batch_op.f(_OLD), ["recipient", "number"])
        batch_op.drop_column("message_id")
        batch_op.drop_column("counts")
        batch_op.drop_column("text_sha256")
        batch_op.drop_column("language")
        batch_op.drop_column("frequency")
