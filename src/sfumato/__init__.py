"""Sfumato: OpenAI's image API and a Studio over a small model of our own. Knows its version."""

__version__ = "0.1.0"
