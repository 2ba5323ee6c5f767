"""A picture written out in its own URL: `data:…;base64,…`. Knows nothing about what is in it."""

import base64
import binascii
import re

from sfumato.errors import InvalidRequest

LONGEST = 20_971_520  # characters, the whole URL
LONGEST_HEAD = 200
HEAD = re.compile(r"data:(?:[\w.+-]+/[\w.+*-]+)?(?:;[\w.+-]+=[^;,]*)*;base64", re.ASCII | re.I)


def is_data_url(text: str) -> bool:
    """Whether it says that it is one."""
    return text[:5].lower() == "data:"


def decode_data_url(text: str, *, param: str | None = None) -> bytes:
    """The bytes of a base64 data URL; its media type is not believed and not read.

    InvalidRequest naming `param`: image_file_too_large over 20,971,520 characters,
    invalid_base64_image for another form, a wrong character or wrong padding.
    """
    if len(text) > LONGEST:
        raise InvalidRequest(
            f"The data URL has more than {LONGEST:,} characters. Send the picture as a file.",
            param=param,
            code="image_file_too_large",
        )
    head, comma, body = _parted(text)
    if not comma or not HEAD.fullmatch(head):
        raise _invalid("it must begin as data:image/png;base64,", param)
    if len(body) % 4 or body.endswith("==="):
        raise _invalid("its base64 is cut off or wrongly padded", param)
    try:
        data = base64.b64decode(body.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise _invalid("what follows the comma is not base64", param) from error
    if not data:
        raise _invalid("nothing follows the comma", param)
    return data


def _parted(text: str) -> tuple[str, str, str]:
    comma = text.find(",", 0, LONGEST_HEAD)
    return (text, "", "") if comma < 0 else (text[:comma], ",", text[comma + 1 :])


def _invalid(reason: str, param: str | None) -> InvalidRequest:
    return InvalidRequest(
        f"The data URL could not be read: {reason}.", param=param, code="invalid_base64_image"
    )
