import pytest

from sfumato.native.editing.commands import (
    LONGEST_COMMAND,
    LONGEST_READ,
    MOST_COMMANDS,
    commands,
    readable,
)


def test_an_instruction_is_its_commands_in_order() -> None:
    said = "Please make it blue,,  and add a hat.\n\nThen remove the fox , please!"
    assert commands(said) == ["make it blue", "add a hat", "remove the fox"]
    assert readable(said) == (commands(said), [])


@pytest.mark.parametrize(
    "piece", ["add a hat. ", "word ", "and the ", ", ", " ", "\n", "1 2 of the picture 3 ", "a"]
)
def test_what_is_read_is_bounded_and_the_rest_is_told(piece: str) -> None:
    text = (piece * 32_000)[:32_000]
    read, left = readable(text)
    assert len(read) <= MOST_COMMANDS
    assert sum(map(len, read)) <= LONGEST_READ
    assert all(len(command) <= LONGEST_COMMAND for command in read)
    assert len(read) + len(left) == len(commands(text))
