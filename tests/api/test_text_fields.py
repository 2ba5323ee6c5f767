import pytest

from sfumato.api.text_fields import INTEGERS, typed
from sfumato.errors import InvalidRequest


@pytest.mark.parametrize("name", sorted(INTEGERS))
def test_decimal_text_is_a_number(name: str) -> None:
    for text in ("0", "2", "-1", "4294967295"):
        assert typed({name: text}) == {name: int(text)}


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "01", "+1", "1.0", "1e3", "0x1", "１", "٢", "1_0", "true", "9" * 5000]
)
def test_nothing_else_is_a_number(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        typed({"n": text})
    assert (refused.value.param, refused.value.code) == ("n", "invalid_type")
    assert len(refused.value.message) < 200


def test_true_and_false_are_switches_and_nothing_else_is() -> None:
    assert typed({"stream": "true"}) == {"stream": True}
    assert typed({"stream": "false"}) == {"stream": False}
    for text in ("True", "1", "", "yes", "null"):
        with pytest.raises(InvalidRequest):
            typed({"stream": text})


def test_text_stays_text_whatever_it_looks_like() -> None:
    fields = {"prompt": "2", "user": "true", "size": "null", "model": ""}
    assert typed(fields) == fields


def test_brackets_nest() -> None:
    texts = {"svg[model]": "m", "svg[reasoning][effort]": "low"}
    assert typed(texts) == {"svg": {"model": "m", "reasoning": {"effort": "low"}}}


@pytest.mark.parametrize(
    "texts",
    [
        {"svg": "x", "svg[model]": "m"},
        {"svg[model]": "m", "svg": "x"},
        {"svg[a]": "x", "svg[a][b]": "y"},
        {"svg[a][b]": "x", "svg[a]": "y"},
    ],
)
def test_a_name_cannot_be_a_value_and_an_object(texts: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        typed(texts)
    assert refused.value.param == "svg"


@pytest.mark.parametrize("name", ["svg[]", "n[0]", "prompt[x]", "svg[a][b][c][d]", "svg[a]b"])
def test_brackets_elsewhere_are_an_unknown_field(name: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        typed({name: "1"})
    assert (refused.value.param, refused.value.code) == (name, "unknown_parameter")
