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
    Column("file_sha256", String(64)),  # of the file as it is kept; null in rows older than this
    Index("ix_pictures_caller_number", "caller", "number"),
    Index("ix_pictures_caller_file_sha256", "caller", "file_sha256"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("snapshot", String(128), nullable=False),
    Column("bound_at", BigInteger, nullable=False),  # Unix seconds
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(64), primary_key=True),  # the caller that it stands for
    Column("name", String(128), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),  # SHA-256: a key has 256 random bits
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("requests_per_minute", Integer),  # null: no limit
    Column("image_tokens_per_minute", BigInteger),
)

sessions = Table(  # browsers that signed in with a key
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the cookie
    Column("caller", String(128), nullable=False),  # the key's id
    Column("expires_at", BigInteger, nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("caller", String(128), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("filename", Text, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("object_key", String(256), nullable=False),
    Index("ix_files_caller_number", "caller", "number"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("caller", String(128), nullable=False),
    Column("task", String(32), nullable=False),  # generate | edit
    Column("state", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("snapshot", String(128), nullable=False),
    Column("params", JSON, nullable=False),  # ImageParams, seed included: a restart goes on with it
    Column("delivery", JSON, nullable=False),
    Column("pictures", JSON, nullable=False),  # ids, in order, also of those still to be made
    Column("error", JSON),
    Index("ix_jobs_caller_number", "caller", "number"),
    Index("ix_jobs_state", "state"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("caller", String(128), primary_key=True),
    Column("key", String(256), primary_key=True),
    Column("fingerprint", String(64), nullable=False),  # SHA-256 of method, path and body
    Column("target", String(64), nullable=False),  # the id of what was made
    Column("created_at", BigInteger, nullable=False),
)

responses = Table(
    "responses",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("caller", String(128), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("status", String(16), nullable=False),
    Column("previous", String(64)),
    Column("conversation", String(64)),
    Column("request", JSON, nullable=False),
    Column("input", JSON, nullable=False),  # items; pictures by object key
    Column("body", JSON, nullable=False),  # the response; pictures by id
    Column("events", JSON, nullable=False),  # what its stream said, pictures by id
    Column("plan", JSON(none_as_null=True)),  # draws with their seeds: a restart goes on with them
    Index("ix_responses_caller_number", "caller", "number"),
    Index("ix_responses_status", "status"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("caller", String(128), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("metadata", JSON, nullable=False),
)

items = Table(  # of conversations, and of responses: then `conversation` is the response's id
    "items",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("caller", String(128), nullable=False),
    Column("item", JSON, nullable=False),
    Index("ix_items_conversation_number", "conversation", "number"),
    Index("ix_items_caller_id", "caller", "id"),
)

batches = Table(
    "batches",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("caller", String(128), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("status", String(16), nullable=False),
    Column("endpoint", String(64), nullable=False),
    Column("input_file", String(64), nullable=False),
    Column("facts", JSON, nullable=False),  # the rest of OpenAI's object
    Index("ix_batches_caller_number", "caller", "number"),
    Index("ix_batches_status", "status"),
)

batch_lines = Table(
    "batch_lines",
    metadata,
    Column("batch", String(64), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("custom_id", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("job", JSON),  # resolved params and snapshot once begun: a restart has the same seed
    Column("result", JSON),  # the line of the output or error file; pictures by id
    Index("ix_batch_lines_batch_state", "batch", "state"),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("caller", String(128), nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),  # it signs, so its hash would not do
    Column("created_at", BigInteger, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(64), primary_key=True),  # of the event: a receiver may meet it twice
    Column("webhook", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Index("ix_deliveries_due_at", "due_at"),
)
