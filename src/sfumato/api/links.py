"""Links to pictures that work without a key until they expire: signed, not stored.

Whoever has a link can see that one picture, which is what a link is for. Knows nothing about
routes but where this one is.
"""

import hashlib
import hmac
import os
import secrets
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sfumato.errors import NotFound

PREFIX = "/v1/sfumato/links/"
LIFETIME = 3_600  # seconds, as long as OpenAI's
SECRET = "links.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """`sign` gives a path and query, `check` says whether one is genuine and still good."""

    secret: bytes = field(repr=False)

    @classmethod
    def open(cls, root: Path) -> "Links":
        """Those of the home at `root`; its secret is made at first use, readable by its owner."""
        path = root / SECRET
        if not path.exists():
            _make(path)
        return cls(secret=path.read_bytes())

    def sign(self, picture_id: str) -> str:
        """`/v1/sfumato/links/<picture>?…`, good for an hour."""
        expires = int(time.time()) + LIFETIME
        return f"{PREFIX}{picture_id}?expires={expires}&signature={self._mark(picture_id, expires)}"

    def check(self, picture_id: str, expires: str, signature: str) -> None:
        """NotFound for a link that we did not make, or whose time is over."""
        known = expires.isascii() and expires.isdecimal() and len(expires) < 12
        if not known or not hmac.compare_digest(
            self._mark(picture_id, int(expires)).encode(), signature.encode()
        ):
            raise NotFound("This link was not made by this server, or not in this form.")
        if int(expires) < time.time():
            raise NotFound(
                f"This link has expired: links are good for {LIFETIME // 60} minutes. The picture"
                " is still kept; GET /v1/sfumato/pictures lists it."
            )

    def _mark(self, picture_id: str, expires: int) -> str:
        told = f"{picture_id}\n{expires}".encode()
        return hmac.new(self.secret, told, hashlib.sha256).hexdigest()


def _make(path: Path) -> None:
    """Whole or not at all: an empty secret would sign links for everybody. The first one stays."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=SECRET)
    try:
        with open(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
