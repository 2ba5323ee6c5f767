"""Forms byte by byte: what a client may send, and what nobody should."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sfumato.api.edit_form import edit_rules
from sfumato.api.input_pictures import LARGEST
from sfumato.api.multipart import Form, FormReader, FormRules, form_boundary
from sfumato.errors import SfumatoError

RULES = edit_rules(strict=False)
PROMPT = 'name="prompt"\r\n\r\nmake it blue'
IMAGE = 'name="image"; filename="a.png"\r\ncontent-type: image/png\r\n\r\nPNG'


class Spool:
    """Makes files in a folder, and shows what is left of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    def __call__(self) -> Path:
        self._made += 1
        path = self._folder / str(self._made)
        path.touch()
        return path

    @property
    def left(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self._folder.iterdir())]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path)


def body(*parts: str | bytes, end: bytes = b"--B--\r\n", boundary: bytes = b"B") -> bytes:
    """`parts` begin behind `content-disposition: form-data; `."""
    begun = b"--" + boundary + b"\r\ncontent-disposition: form-data; "
    raw = (part if isinstance(part, bytes) else part.encode() for part in parts)
    return b"".join(begun + part + b"\r\n" for part in raw) + end


def read(content: bytes, spool: Spool, *, rules: FormRules = RULES, step: int = 0) -> Form:
    reader = FormReader("B", rules, spool)
    try:
        width = step or max(1, len(content))
        for start in range(0, len(content), width):
            reader.feed(content[start : start + width])
        return reader.close()
    except BaseException:
        reader.discard()
        raise


def refusal(content: bytes, spool: Spool) -> tuple[int, str | None, str | None]:
    with pytest.raises(SfumatoError) as refused:
        read(content, spool)
    assert spool.left == []
    assert refused.value.message.isprintable()
    return refused.value.status, refused.value.code, refused.value.param


@pytest.mark.parametrize("step", [0, 1, 2, 3, 7, 64])
def test_a_form_is_the_same_however_it_is_cut_into_pieces(spool: Spool, step: int) -> None:
    content = body(PROMPT, IMAGE, 'name="n"\r\n\r\n2', 'name="image"; filename="b"\r\n\r\n\r\n--X')
    form = read(content, spool, step=step)
    assert form.texts == {"prompt": "make it blue", "n": "2"}
    assert [file.path.read_bytes() for file in form.files] == [b"PNG", b"\r\n--X"]
    assert [file.size for file in form.files] == [3, 5]
    form.discard()
    assert spool.left == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "nothing at all"),
        (b"\r\n", "a line"),
        (b"--B\r\n", "a boundary alone"),
        (body(PROMPT, IMAGE, end=b""), "no last boundary"),
        (body(PROMPT, IMAGE, end=b"--B"), "half of the last boundary"),
        (body(PROMPT, boundary=b"C", end=b"--C--\r\n"), "another boundary"),
        (b"--B\n" + body(PROMPT), "a bare line feed"),
        (b'--B\r\ncontent-disposition: a; name="prompt"\r\n\r\nx\r\n--B--', "no form-data"),
        (b"--B\r\ncontent-type: text/plain\r\n\r\nx\r\n--B--", "no disposition"),
        (b"--B\r\nnonsense\r\n\r\nx\r\n--B--", "no header"),
        (body("x=y\r\n\r\nz"), "no name"),
        (body('name=""\r\n\r\nz'), "an empty name"),
        (body(*[f'name="prompt"; a="{"b" * 5000}"\r\n\r\nz']), "a header of 5000 bytes"),
        (body('name="prompt"\r\n' + "a: b\r\n" * 20 + "\r\nz"), "21 headers"),
        (body('name="a\x00b"\r\n\r\nx'), "a null"),
        (body('name="prompt"\r\na: b\nc: d\r\n\r\nx'), "a bare line feed in a header"),
        (body('name="prompt"\r\n\na: b\r\n\r\nx'), "a bare line feed before a header"),
        (body('name="prompt"\r\na\n: b\r\n\r\nx'), "a bare line feed in a header's name"),
        (body(b'name="prompt"; filename="\xff\xfe"\r\n\r\nz'), "a header that is not UTF-8"),
        (body('name="image"; filename="a"\r\ncontent-length: 2\r\n\r\nPNG'), "a false length"),
        (body('name="image"; filename="a"\r\ncontent-length: x\r\n\r\nPNG'), "no length"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_form_is_refused_without_a_trace(spool: Spool, content: bytes, why: str) -> None:
    assert refusal(content, spool) == (400, None, None), why


@pytest.mark.parametrize(
    ("part", "code", "param"),
    [
        ('name="width"\r\n\r\n1', "unknown_parameter", "width"),
        ('name="images"\r\n\r\n[]', "unknown_parameter", "images"),
        ('name="../../etc/passwd"\r\n\r\n1', "unknown_parameter", "../../etc/passwd"),
        ('name="a%0D%0Aset-cookie: x"\r\n\r\n1', "unknown_parameter", "a??set-cookie: x"),
        ('name="prompt"\r\n\r\ntwice', "invalid_value", "prompt"),
        ('name="n"; filename="n.txt"\r\n\r\n1', "invalid_type", "n"),
        (b'name="user"\r\n\r\n\xff\xfe', "invalid_value", "user"),
        (
            'name="user"\r\ncontent-type: text/plain; charset=utf-16\r\n\r\nx',
            "invalid_value",
            "user",
        ),
        ('name="user"\r\ncontent-transfer-encoding: base64\r\n\r\neA==', "invalid_value", "user"),
    ],
)
def test_a_part_that_breaks_a_rule_is_named(
    spool: Spool, part: str | bytes, code: str, param: str
) -> None:
    assert refusal(body(PROMPT, IMAGE, part), spool) == (400, code, param)


@pytest.mark.parametrize("name", ["mask", "markup"])
def test_there_is_one_mask_at_most(spool: Spool, name: str) -> None:
    part = f'name="{name}"; filename="a"\r\n\r\nx'
    assert refusal(body(PROMPT, IMAGE, part, part), spool) == (400, "invalid_value", name)


@pytest.mark.parametrize("step", [0, 1, 5])
def test_what_comes_behind_the_form_is_no_part_of_it(spool: Spool, step: int) -> None:
    content = b"\r\n" + body(PROMPT, IMAGE) + b"an epilogue\r\n--B\r\n" * 100
    assert read(content, spool, step=step).texts == {"prompt": "make it blue"}


@pytest.mark.parametrize("step", [0, 1, 5])
@pytest.mark.parametrize("before", [b"a preamble\r\n", b"\0", b"\r\n\r\n", b"--A\r\n"])
def test_nothing_comes_before_the_form(spool: Spool, before: bytes, step: int) -> None:
    with pytest.raises(SfumatoError, match="begin with its boundary"):
        read(before + body(PROMPT, IMAGE), spool, step=step)
    assert spool.left == []


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii", '"utf-8"'])
def test_text_in_unicode_may_say_so(spool: Spool, charset: str) -> None:
    part = f'name="user"\r\ncontent-type: text/plain; charset={charset}\r\n\r\nGrüße'
    assert read(body(part), spool).texts == {"user": "Grüße"}


@pytest.mark.parametrize("name", ["image", "image[]", "image[0]", "image[12]"])
@pytest.mark.parametrize(
    "more",
    [
        "",
        '; filename="a.png"',
        '; filename="../../../etc/cron.d/x"',
        '; filename="C:\\\\evil\\\\x.png"',
        '; filename="a%0D%0Aset-cookie: x"',
        "; filename*=UTF-8''%e2%82%ac.png",
        '; filename="a.png"\r\ncontent-type: text/html',
        '; filename="a.png"\r\ncontent-transfer-encoding: binary',
    ],
)
def test_a_file_is_taken_whatever_it_is_called(spool: Spool, name: str, more: str) -> None:
    form = read(body(f'name="{name}"{more}\r\n\r\nPNG'), spool)
    assert [(file.name, file.size) for file in form.files] == [("image", 3)]
    assert spool.left == [b"PNG"]


def test_a_file_that_a_browser_did_not_choose_is_absent(spool: Spool) -> None:
    form = read(body(IMAGE, 'name="mask"; filename=""\r\n\r\n'), spool)
    assert [file.name for file in form.files] == ["image"]
    assert spool.left == [b"PNG"]


def test_the_seventeenth_picture_is_refused_as_it_begins(spool: Spool) -> None:
    reader = FormReader("B", RULES, spool)
    reader.feed(body(*[IMAGE] * 16, end=b""))
    assert len(spool.left) == 16
    head = body(IMAGE, end=b"")
    with pytest.raises(SfumatoError) as refused:
        reader.feed(head[: head.index(b"PNG")])
    assert (refused.value.code, refused.value.param) == ("array_above_max_length", "image")
    reader.discard()
    assert spool.left == []


def test_a_file_may_have_50_mib_and_not_one_byte_more(spool: Spool) -> None:
    begun = body('name="image"; filename="a"\r\n\r\n', end=b"")[:-2]
    reader = FormReader("B", RULES, spool)
    reader.feed(begun)
    block = bytes(2**20)
    for _ in range(LARGEST // len(block)):
        reader.feed(block)
    with pytest.raises(SfumatoError) as refused:
        reader.feed(b"x\r\n--B--")
    assert (refused.value.status, refused.value.code) == (400, "image_file_too_large")
    reader.discard()
    assert spool.left == []


def test_text_parts_are_bounded_one_by_one_and_together(spool: Spool) -> None:
    assert refusal(body('name="user"\r\n\r\n' + "x" * 1_000_001), spool)[0] == 413
    many = [f'name="svg[k{i}]"\r\n\r\nx' for i in range(200)]
    assert refusal(body(*many), spool)[0] == 400


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=B",
        'multipart/form-data; charset=utf-8; boundary="B"',
        "Multipart/Form-Data;boundary=B",
    ],
)
def test_the_boundary_is_what_the_header_says(content_type: str) -> None:
    assert form_boundary(content_type) == "B"


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        "multipart/form-data; boundary=" + "x" * 300,
        "multipart/form-data; boundary=é",
        "multipart/mixed; boundary=B",
        "application/x-www-form-urlencoded",
        'multipart/form-data; boundary="a\nb"',
    ],
)
def test_a_header_without_a_usable_boundary_is_refused(content_type: str) -> None:
    with pytest.raises(SfumatoError) as refused:
        form_boundary(content_type)
    assert refused.value.status == 400


def test_random_damage_is_refused_or_read_and_leaves_nothing(spool: Spool) -> None:
    """A small and always equal part of what `fuzz/forms.py` does for minutes."""
    good = body(PROMPT, IMAGE, 'name="mask"; filename="m"\r\n\r\n' + "m" * 50, 'name="n"\r\n\r\n2')
    outcomes = set()
    for content in damaged(good, rounds=800):
        try:
            read(content, spool).discard()
            outcomes.add(200)
        except SfumatoError as refused:
            assert refused.status in (400, 413)
            outcomes.add(refused.status)
    assert outcomes >= {200, 400}
    assert spool.left == []


def damaged(good: bytes, rounds: int) -> Iterator[bytes]:
    import random

    dice = random.Random(7)
    bits = [b"\r\n", b"--B", b"--B--", b'"', b";", b"\x00", b"\xff", b"[0]", b"=", b": ", b"image"]
    for _ in range(rounds):
        content = bytearray(good)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(content) + 1)
            match dice.randrange(3):
                case 0:
                    content[place:place] = dice.choice(bits)
                case 1:
                    del content[place : place + dice.randint(1, 20)]
                case _:
                    content[place : place + 1] = bytes([dice.randrange(256)])
        yield bytes(content)
