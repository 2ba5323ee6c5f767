import pytest

from sfumato.director.built_in import BuiltInDirector
from sfumato.director.chat import ChatDirector
from sfumato.director.choosing import director_for
from sfumato.settings import Settings

CHAT = {"director_url": "http://127.0.0.1:1/v1", "director_model": "tiny", "director_key": "k3y"}


def test_without_a_chat_server_the_built_in_director_serves() -> None:
    assert isinstance(director_for(Settings.model_validate({})), BuiltInDirector)


def test_a_chat_server_in_the_settings_directs_and_its_key_is_not_shown() -> None:
    settings = Settings.model_validate(CHAT)
    assert isinstance(director_for(settings), ChatDirector)
    assert "k3y" not in repr(settings)


@pytest.mark.parametrize("half", ["director_url", "director_model"])
def test_half_a_setting_is_refused(half: str) -> None:
    with pytest.raises(ValueError, match="SFUMATO_DIRECTOR_MODEL"):
        director_for(Settings.model_validate({half: CHAT[half]}))
