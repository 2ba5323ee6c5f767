"""Refusals that several rules share, in OpenAI's words and codes. Knows no rule itself."""

from sfumato.errors import ImageUserError, InvalidRequest


def unknown_parameter(name: str) -> InvalidRequest:
    """OpenAI's answer to a field that it does not have."""
    shown = name.encode("utf-8", "replace").decode()[:200]
    return InvalidRequest(f"Unknown parameter: '{shown}'.", param=shown, code="unknown_parameter")


def unsupported(name: str, message: str) -> ImageUserError:
    """The field exists, and this model cannot honour the value; `message` without its full stop."""
    return ImageUserError(f"{message}.", param=name)


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """`value`, or the refusal that lists what is allowed."""
    if value not in allowed:
        shown = name.capitalize().replace("_", " ")
        listing = ", ".join(allowed)
        raise unsupported(
            name, f"{shown} '{value}' is not supported for this model. Allowed: {listing}"
        )
    return value


def at_most(name: str, value: int, most: int) -> int:
    """`value`, or the refusal that says how much this model allows."""
    if value > most:
        raise InvalidRequest(
            f"Invalid '{name}': {value}. This model allows {most} at most.",
            param=name,
            code="integer_above_max_value",
        )
    return value


def within_length(name: str, text: str, longest: int) -> str:
    """`text`, or the refusal when it has more code points than `longest`."""
    if len(text) > longest:
        raise InvalidRequest(
            f"Invalid '{name}': it has {len(text)} characters; the longest is {longest}.",
            param=name,
            code="string_above_max_length",
        )
    return text
