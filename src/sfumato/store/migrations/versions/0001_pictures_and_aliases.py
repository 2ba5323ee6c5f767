"""The history of pictures, and the alias rows."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("number", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("caller", sa.String(128), nullable=False),
        sa.Column("snapshot", sa.String(128), nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("quality", sa.String(16), nullable=False),
        sa.Column("background", sa.String(16), nullable=False),
        sa.Column("format", sa.String(16), nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("object_key", sa.String(256), nullable=False),
        sa.Column("recipe", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_pictures"),
        sa.UniqueConstraint("id", name="uq_pictures_id"),
        sa.UniqueConstraint("object_key", name="uq_pictures_object_key"),
    )
    op.create_index("ix_pictures_caller_number", "pictures", ["caller", "number"])
    op.create_table(
        "aliases",
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("snapshot", sa.String(128), nullable=False),
        sa.Column("bound_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_aliases"),
    )


def downgrade() -> None:
    op.drop_table("aliases")
    op.drop_table("pictures")
