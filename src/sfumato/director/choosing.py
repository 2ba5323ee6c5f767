"""The settings → the director that serves: a chat server if one is set, else the built-in."""

from sfumato.director.built_in import BuiltInDirector
from sfumato.director.chat import ChatDirector
from sfumato.director.decision import Director
from sfumato.settings import Settings


def director_for(settings: Settings) -> Director:
    """ValueError when only one of the chat server's address and model is set."""
    url, model = settings.director_url, settings.director_model
    if (url is None) != (model is None):
        raise ValueError("Set both SFUMATO_DIRECTOR_URL and SFUMATO_DIRECTOR_MODEL, or neither.")
    if url is None or model is None:
        return BuiltInDirector()
    key = settings.director_key.get_secret_value() if settings.director_key else None
    return ChatDirector(url, model, key, settings.director_timeout)
