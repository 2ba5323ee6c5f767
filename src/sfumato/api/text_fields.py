"""Text fields of a form as the values that JSON would have had. Knows no ranges.

"2" is 2 and "true" is true where the field is a number or a switch; nothing else is read into text.
"""

import re
from collections.abc import Mapping
from typing import Any

from sfumato.errors import InvalidRequest

INTEGERS = frozenset(
    "n output_compression partial_images frame_count frame_duration_ms seed".split()
)
SWITCHES: Mapping[str, bool] = {"true": True, "false": False}
BOOLEANS = frozenset({"stream"})
NESTED = frozenset({"svg"})
DEEPEST = 3  # svg[reasoning][effort]
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_KEY = re.compile(r"\[(\w+)\]", re.ASCII)


def typed(texts: Mapping[str, str]) -> dict[str, Any]:
    """`svg[model]` becomes a member of `svg`. InvalidRequest names what cannot be typed."""
    fields: dict[str, Any] = {}
    for name, text in texts.items():
        base, bracket, rest = name.partition("[")
        if bracket:
            _nest(fields, base, _keys(name, base, bracket + rest), text)
        elif name in fields:
            raise _twice(name)
        else:
            fields[name] = _value(name, text)
    return fields


def _value(name: str, text: str) -> Any:
    if name in INTEGERS:
        if not _INTEGER.fullmatch(text):
            raise _wrong(name, "an integer", text)
        return int(text)
    if name in BOOLEANS:
        if text not in SWITCHES:
            raise _wrong(name, "true or false", text)
        return SWITCHES[text]
    return text


def _keys(name: str, base: str, brackets: str) -> list[str]:
    keys = _KEY.findall(brackets)
    if base not in NESTED or "".join(f"[{key}]" for key in keys) != brackets or len(keys) > DEEPEST:
        raise InvalidRequest(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    return keys


def _nest(fields: dict[str, Any], base: str, keys: list[str], text: str) -> None:
    place = fields
    for key in (base, *keys[:-1]):
        place = place.setdefault(key, {})
        if not isinstance(place, dict):
            raise _twice(base)
    if keys[-1] in place:
        raise _twice(base)
    place[keys[-1]] = text


def _twice(name: str) -> InvalidRequest:
    return InvalidRequest(f"'{name}' is given twice.", param=name)


def _wrong(name: str, expected: str, text: str) -> InvalidRequest:
    shown = repr(text[:40])
    return InvalidRequest(
        f"Invalid type for '{name}': expected {expected}, got {shown}.",
        param=name,
        code="invalid_type",
    )
