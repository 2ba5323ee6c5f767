"""The settings, frozen and read once from the environment. No other file reads the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`SFUMATO_*` variables; every one has a default that suits a laptop."""

    model_config = SettingsConfigDict(env_prefix="SFUMATO_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to bind. Only loopback runs without a key.")
    port: int = Field(8000, ge=0, le=65535, description="Port to bind; 0 lets the system choose.")
    home: Path = Field(
        Path("~/.local/share/sfumato"), description="Where pictures, history and keys are kept."
    )
    strict: bool = Field(False, description="Refuse and hide every extension of OpenAI's wire.")
    queue_size: int = Field(16, ge=1, description="Requests that may wait before a 429.")
    job_timeout: float = Field(600.0, gt=0, description="Seconds a request may take in all.")
    threads: int = Field(2, ge=1, description="Compute threads; part of the machine class.")

    @property
    def root(self) -> Path:
        """`home` with `~` expanded, absolute."""
        return self.home.expanduser().resolve()
