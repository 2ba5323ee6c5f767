"""The tables. A change here needs a migration beside it; a test compares the two.

Knows no queries.
"""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, MetaData, String, Table, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

pictures = Table(
    "pictures",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),  # order of finishing
    Column("id", String(64), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),  # Unix seconds
    Column("caller", String(128), nullable=False),
    Column("snapshot", String(128), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("quality", String(16), nullable=False),
    Column("background", String(16), nullable=False),
    Column("format", String(16), nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the file before credentials
    Column("bytes", BigInteger, nullable=False),  # of the file as it is kept
    Column("object_key", String(256), nullable=False, unique=True),
    Column("recipe", JSON, nullable=False),
    Index("ix_pictures_caller_number", "caller", "number"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("snapshot", String(128), nullable=False),
    Column("bound_at", BigInteger, nullable=False),  # Unix seconds
)
