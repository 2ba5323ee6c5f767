"""The settings, frozen and read once from the environment. No other file reads the environment."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "SFUMATO_"


class Settings(BaseSettings):
    """`SFUMATO_*` variables; every one has a default that suits a laptop."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to bind. Only loopback runs without a key.")
    port: int = Field(8000, ge=0, le=65535, description="Port to bind; 0 lets the system choose.")
    home: Path = Field(
        Path("~/.local/share/sfumato"), description="Where pictures, history and keys are kept."
    )
    strict: bool = Field(False, description="Refuse and hide every extension of OpenAI's wire.")
    queue_size: int = Field(16, ge=1, description="Requests that may wait before a 429.")
    job_timeout: float = Field(600.0, gt=0, description="Seconds a request may take in all.")
    upload_stall: float = Field(
        30.0, gt=0, description="Seconds without any of a request's body before a 408."
    )
    upload_timeout: float = Field(
        600.0, gt=0, description="Seconds that a request's body may take in all before a 408."
    )
    waiting_jobs: int = Field(
        256, ge=0, description="Jobs without a connection that may wait before a 429."
    )
    public_url: str | None = Field(
        None, description="Where a proxy shows this server; then every request needs a key."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins, with commas between, whose pages may use the API."
    )
    files_space: int = Field(
        20_000_000_000, ge=0, description="Bytes that uploaded files may take in all; 0: no limit."
    )
    fetch: bool = Field(True, description="Fetch input pictures from the internet by their URLs.")
    fetch_allow: str = Field(
        "", description="Hosts, host or host:port with commas between, that may be private."
    )
    text_moderation: str = Field(
        "none", description="Classifier beside the word list: none or module:Class."
    )
    image_moderation: str = Field(
        "none", description="Classifier of pictures: none, nudenet (if installed) or module:Class."
    )
    director_url: str | None = Field(
        None, description="Chat server that directs conversations, up to and with its /v1."
    )
    director_model: str | None = Field(None, description="The chat server's model to use.")
    director_key: SecretStr | None = Field(None, description="The chat server's API key.")
    director_timeout: float = Field(
        60.0, gt=0, description="Seconds that the chat server may take for an answer."
    )
    threads: int = Field(2, ge=1, description="Compute threads; part of the machine class.")

    @property
    def root(self) -> Path:
        """`home` with `~` expanded, absolute."""
        return self.home.expanduser().resolve()

    @field_validator("public_url")
    @classmethod
    def _a_web_address(cls, given: str | None) -> str | None:
        if not given:
            return None
        return _origin(given)

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        return tuple(_origin(one.strip()) for one in given.split(",") if one.strip())


def unknown_variable() -> str | None:
    """What is wrong with the first `SFUMATO_*` variable that is no setting; None if all are."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = get_close_matches(name.upper(), known, n=1, cutoff=0)
            return f"{name} is no setting of Sfumato. The closest one is {close[0]}."
    return None


def _origin(given: str) -> str:
    """`https://name:port` in lower case; ValueError for anything with more or less in it."""
    parts = urlsplit(given)
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise ValueError("give an address such as https://pictures.example, without a path")
    _ = parts.port  # ValueError when it is none
    return f"{parts.scheme}://{parts.netloc}".lower()
