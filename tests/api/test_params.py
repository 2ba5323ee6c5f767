from typing import Any

import pytest

from sfumato.api.params import Start, delivery, image_params, seed_of, without_extensions
from sfumato.api.schemas import read_edit, read_generate
from sfumato.core import SEED_SPACE, ImageParams
from sfumato.errors import SfumatoError
from sfumato.registry.snapshot import Capabilities

USER, REQUEST = "image_generation_user_error", "invalid_request_error"


def params(can: Capabilities | None = None, **fields: Any) -> ImageParams:
    request = read_generate({"prompt": "an apple", **fields}, strict=False)
    delivery(request, can or Capabilities())
    return image_params(request, can or Capabilities())


def refusal(can: Capabilities | None = None, **fields: Any) -> tuple[str, str | None, str | None]:
    with pytest.raises(SfumatoError) as refused:
        params(can, **fields)
    assert refused.value.status == 400
    return refused.value.type, refused.value.code, refused.value.param


def test_what_is_not_said_gets_the_documented_defaults() -> None:
    made = params()
    assert (made.width, made.height, made.quality, made.background) == (
        1024,
        1024,
        "medium",
        "opaque",
    )
    assert (made.n, made.partial_images, made.output_format, made.output_compression) == (
        1,
        0,
        "png",
        100,
    )
    assert made.memory == "on"
    assert made.scene is None


def test_null_is_the_same_as_not_said() -> None:
    names = (
        "model n size quality background output_format output_compression moderation stream"
        " partial_images safety_identifier user complexity frame_count frame_duration_ms svg"
        " response_format style input_fidelity memory"
    ).split()
    assert params(seed=1, **dict.fromkeys(names)) == params(seed=1)


def test_auto_is_the_same_as_not_said() -> None:
    auto = params(seed=1, size="auto", quality="auto", background="auto")
    assert auto == params(seed=1)


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [
        ("816x816", 816, 816),
        ("1024x1024", 1024, 1024),
        ("3840x2160", 3840, 2160),
        ("2160x3840", 2160, 3840),
        ("2880x2880", 2880, 2880),
        ("3840x1280", 3840, 1280),
        ("1024x640", 1024, 640),
        ("1408x480", 1408, 480),
    ],
)
def test_every_size_within_the_rule_is_honoured(size: str, width: int, height: int) -> None:
    made = params(size=size)
    assert (made.width, made.height) == (width, height)


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ("800x800", "minimum pixel budget"),
        ("1008x640", "minimum pixel budget"),
        ("3856x2048", "3840 at most"),
        ("2048x3856", "3840 at most"),
        ("3840x1264", "3 times"),
        ("1456x480", "3 times"),
        ("2896x2880", "maximum pixel budget"),
        ("3840x2176", "maximum pixel budget"),
        ("1000x1000", "multiples of 16"),
        ("1024x1023", "multiples of 16"),
        ("0x0", "WIDTHxHEIGHT"),
        ("1024", "WIDTHxHEIGHT"),
        ("1024X1024", "WIDTHxHEIGHT"),
        (" 1024x1024", "WIDTHxHEIGHT"),
        ("01024x1024", "WIDTHxHEIGHT"),
        ("-1024x1024", "WIDTHxHEIGHT"),
        ("١٠٢٤x1024", "WIDTHxHEIGHT"),
        ("1024x1024\n", "WIDTHxHEIGHT"),
        ("9" * 5000 + "x16", "WIDTHxHEIGHT"),
        ("", "WIDTHxHEIGHT"),
        ("\ud800", "WIDTHxHEIGHT"),
    ],
)
def test_a_size_outside_the_rule_is_refused_with_the_broken_rule(size: str, told: str) -> None:
    assert refusal(size=size) == (USER, "invalid_value", "size")
    with pytest.raises(SfumatoError, match=told) as refused:
        params(size=size)
    assert len(refused.value.message) < 200


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"quality": "xhigh"}, (USER, "invalid_value", "quality")),
        ({"quality": "max"}, (USER, "invalid_value", "quality")),
        ({"quality": "hd"}, (USER, "invalid_value", "quality")),
        ({"output_format": "gif"}, (USER, "invalid_value", "output_format")),
        ({"output_format": "svg"}, (USER, "invalid_value", "output_format")),
        (
            {"output_format": "jpeg", "background": "transparent"},
            (USER, "invalid_value", "background"),
        ),
        ({"complexity": "high"}, (USER, "invalid_value", "complexity")),
        ({"frame_count": 9}, (USER, "invalid_value", "frame_count")),
        ({"frame_duration_ms": 200}, (USER, "invalid_value", "frame_duration_ms")),
        ({"svg": {"model": "x"}}, (USER, "invalid_value", "svg")),
        ({"response_format": "b64_json"}, (REQUEST, "unknown_parameter", "response_format")),
        ({"style": "vivid"}, (REQUEST, "unknown_parameter", "style")),
        (
            {"input_fidelity": "high"},
            (REQUEST, "invalid_input_fidelity_model", "input_fidelity"),
        ),
        ({"output_compression": 50}, (REQUEST, "invalid_value", "output_compression")),
        ({"partial_images": 1}, (REQUEST, "invalid_value", "partial_images")),
        ({"partial_images": 2, "stream": False}, (REQUEST, "invalid_value", "partial_images")),
        ({"prompt": ""}, (REQUEST, "invalid_value", "prompt")),
        ({"prompt": "a" * 32_001}, (REQUEST, "string_above_max_length", "prompt")),
    ],
)
def test_what_this_model_cannot_honour_is_refused_by_name(
    fields: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert refusal(**fields) == expected


def test_the_prompt_is_measured_in_code_points() -> None:
    assert params(prompt="🍎" * 32_000).prompt == "🍎" * 32_000


@pytest.mark.parametrize("output_format", ["jpeg", "webp"])
@pytest.mark.parametrize("compression", [0, 85, 100])
def test_lossy_formats_take_every_compression(output_format: str, compression: int) -> None:
    made = params(output_format=output_format, output_compression=compression)
    assert made.output_compression == compression


def test_png_takes_compression_100_alone() -> None:
    assert params(output_compression=100).output_compression == 100


@pytest.mark.parametrize("partial_images", [0, 1, 2, 3])
def test_a_stream_takes_up_to_three_partials(partial_images: int) -> None:
    assert params(stream=True, partial_images=partial_images).partial_images == partial_images


@pytest.mark.parametrize("output_format", ["png", "webp"])
def test_auto_background_follows_the_words_where_the_format_can(output_format: str) -> None:
    made = params(prompt="a sticker of a cat", output_format=output_format)
    assert made.background == "transparent"


def test_auto_background_is_opaque_where_the_format_cannot() -> None:
    assert params(prompt="a sticker of a cat", output_format="jpeg").background == "opaque"


def test_auto_size_follows_the_words() -> None:
    made = params(prompt="a landscape with hills", size="auto")
    assert (made.width, made.height) == (1536, 1024)


def test_a_seed_is_kept_and_an_absent_one_is_drawn() -> None:
    assert params(seed=0).seed == 0
    assert params(seed=SEED_SPACE - 1).seed == SEED_SPACE - 1
    drawn = {params().seed for _ in range(8)}
    assert len(drawn) > 1
    assert all(0 <= seed < SEED_SPACE for seed in drawn)


def test_the_snapshot_decides_what_can_be_honoured() -> None:
    small = Capabilities(
        qualities=("low", "medium"),
        backgrounds=("opaque",),
        output_formats=("png",),
        max_n=2,
        max_partial_images=1,
        max_prompt=10,
        extensions=(),
    )
    assert refusal(small, quality="high") == (USER, "invalid_value", "quality")
    assert refusal(small, background="transparent") == (USER, "invalid_value", "background")
    assert refusal(small, output_format="webp") == (USER, "invalid_value", "output_format")
    assert refusal(small, n=3) == (REQUEST, "integer_above_max_value", "n")
    over = refusal(small, stream=True, partial_images=2)
    assert over == (REQUEST, "integer_above_max_value", "partial_images")
    assert refusal(small, prompt="a" * 11) == (REQUEST, "string_above_max_length", "prompt")
    assert refusal(small, seed=1) == (REQUEST, "unknown_parameter", "seed")
    assert refusal(small, memory="off") == (REQUEST, "unknown_parameter", "memory")
    assert params(small, prompt="a sticker").background == "opaque"


@pytest.mark.parametrize(
    ("fields", "echoed"),
    [
        ({}, None),
        ({"user": "u"}, "u"),
        ({"safety_identifier": "s"}, "s"),
        ({"safety_identifier": "s", "user": "u"}, "s"),
        ({"safety_identifier": "", "user": "u"}, "u"),
        ({"safety_identifier": ""}, None),
    ],
)
def test_the_safety_identifier_wins_over_the_user_unless_it_is_empty(
    fields: dict[str, str], echoed: str | None
) -> None:
    request = read_generate({"prompt": "x", **fields}, strict=False)
    assert delivery(request).safety_identifier == echoed


ALL = Capabilities(
    tasks=("generate", "edit"),
    output_formats=("png", "jpeg", "webp", "gif", "svg"),
    extensions=("seed", "memory", "negative_prompt", "response_format", "markup"),
)
OPAQUE = Start(width=61, height=45, has_alpha=False)


def edit(can: Capabilities = ALL, start: Start = OPAQUE, **fields: Any) -> ImageParams:
    return image_params(read_edit({"prompt": "a hat", **fields}, strict=False), can, start)


def edit_refusal(
    can: Capabilities = ALL, start: Start = OPAQUE, **fields: Any
) -> tuple[str, str | None, str | None]:
    with pytest.raises(SfumatoError) as refused:
        edit(can, start, **fields)
    return refused.value.type, refused.value.code, refused.value.param


def test_extensions_are_what_the_snapshot_lists() -> None:
    made = params(ALL, negative_prompt="hats", response_format="url")
    assert made.negative_prompt == "hats"
    for name, value in (("negative_prompt", "x"), ("response_format", "url")):
        fields: dict[str, Any] = {name: value}
        assert refusal(**fields) == (REQUEST, "unknown_parameter", name)
    long = refusal(ALL, negative_prompt="a" * 32_001)
    assert long == (REQUEST, "string_above_max_length", "negative_prompt")
    streamed = refusal(ALL, response_format="url", stream=True)
    assert streamed == (REQUEST, "invalid_value", "response_format")
    assert params(ALL, response_format="b64_json", stream=True)


def test_strict_mode_leaves_no_extension() -> None:
    strict = without_extensions(ALL)
    assert strict.extensions == ()
    assert strict.output_formats == ("png", "jpeg", "webp")
    assert not strict.markup
    assert strict.tasks == ALL.tasks


def test_a_gif_has_frames_each_shown_for_hundredths_of_a_second() -> None:
    made = params(ALL, output_format="gif")
    assert (made.width, made.height, made.frames, made.frame_ms) == (512, 512, 9, 200)
    for asked, rounded in ((20, 20), (24, 20), (25, 30), (655_350, 655_350)):
        assert params(ALL, output_format="gif", frame_duration_ms=asked).frame_ms == rounded
    assert params(ALL, output_format="gif", frame_count=2).frames == 2
    assert params(ALL).frames == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"stream": True}, (REQUEST, "invalid_value", "stream")),
        ({"stream": True, "partial_images": 1}, (REQUEST, "invalid_value", "stream")),
        ({"output_compression": 80}, (REQUEST, "invalid_value", "output_compression")),
        ({"background": "transparent"}, (USER, "invalid_value", "background")),
        ({"frame_count": 1}, (REQUEST, "integer_below_min_value", "frame_count")),
        ({"frame_count": 17}, (REQUEST, "integer_above_max_value", "frame_count")),
        ({"frame_duration_ms": 19}, (REQUEST, "integer_below_min_value", "frame_duration_ms")),
        ({"svg": {}}, (USER, "invalid_value", "svg")),
        ({"size": "1024x1024"}, (USER, "invalid_value", "size")),
        ({"size": "100x100"}, (USER, "invalid_value", "size")),
        ({"size": "976x976"}, (USER, "invalid_value", "size")),
        ({"size": "256x256", "frame_count": 4}, (USER, "invalid_value", "size")),
    ],
)
def test_a_gif_refuses_what_it_cannot_have(
    fields: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert refusal(ALL, output_format="gif", **fields) == expected


@pytest.mark.parametrize(
    ("size", "frames"), [("960x960", 9), ("720x720", 16), ("816x816", 12), ("288x288", 9)]
)
def test_the_sheet_of_all_frames_keeps_to_the_size_rule(size: str, frames: int) -> None:
    made = params(ALL, output_format="gif", size=size, frame_count=frames)
    assert f"{made.width}x{made.height}" == size


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"n": 2}, (REQUEST, "integer_above_max_value", "n")),
        ({"stream": True}, (REQUEST, "invalid_value", "stream")),
        ({"output_compression": 99}, (REQUEST, "invalid_value", "output_compression")),
        ({"svg": {"model": "x"}}, (USER, "invalid_value", "svg.model")),
        ({"svg": {"reasoning": {}}}, (USER, "invalid_value", "svg.reasoning")),
        ({"svg": {"colour": 1}}, (REQUEST, "unknown_parameter", "svg.colour")),
        ({"frame_count": 3}, (USER, "invalid_value", "frame_count")),
    ],
)
def test_an_svg_refuses_what_it_cannot_have(
    fields: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert refusal(ALL, output_format="svg", **fields) == expected


def test_an_svg_is_one_traced_picture() -> None:
    fields: dict[str, Any] = {"n": 1, "svg": {"model": None}, "stream": False}
    assert params(ALL, output_format="svg", output_compression=100, **fields).n == 1
    assert params(ALL, output_format="svg", background="transparent").background == "transparent"


@pytest.mark.parametrize("size", [None, "auto"])
@pytest.mark.parametrize("own", [(61, 45), (1, 1), (4000, 3000), (6000, 4000), (8192, 100)])
def test_an_edit_has_the_pictures_own_size(size: str | None, own: tuple[int, int]) -> None:
    made = edit(start=Start(width=own[0], height=own[1], has_alpha=False), size=size)
    assert (made.width, made.height) == own


@pytest.mark.parametrize("own", [(8193, 16), (5001, 5000), (16, 9000)])
def test_an_edit_beyond_what_is_made_needs_a_size(own: tuple[int, int]) -> None:
    start = Start(width=own[0], height=own[1], has_alpha=False)
    assert edit_refusal(start=start) == (USER, "invalid_value", "size")
    assert edit(start=start, size="1024x1024").width == 1024


def test_an_edit_needs_a_model_that_edits() -> None:
    assert edit_refusal(Capabilities()) == (USER, "invalid_value", "model")
    marked = Start(width=9, height=9, has_alpha=False, mask="markup")
    assert edit(start=marked)
    some = Capabilities(tasks=("edit",))
    assert edit_refusal(some, marked) == (USER, "invalid_value", "markup")


def test_an_edit_goes_on_with_the_pictures_seed() -> None:
    own = Start(width=9, height=9, has_alpha=False, seed=7)
    assert edit(start=own).seed == 7
    assert edit(start=own, seed=8).seed == 8
    assert len({edit().seed for _ in range(8)}) > 1


@pytest.mark.parametrize(
    "recipe", [None, {}, {"seed": "7"}, {"seed": True}, {"seed": -1}, {"seed": SEED_SPACE}]
)
def test_a_recipe_is_a_strangers_word(recipe: dict[str, Any] | None) -> None:
    assert seed_of(recipe) is None
    assert seed_of({"seed": 7}) == 7


@pytest.mark.parametrize(
    ("clear", "prompt", "fields", "background"),
    [
        (False, "a hat", {}, "opaque"),
        (True, "a hat", {}, "transparent"),
        (True, "a hat", {"output_format": "jpeg"}, "opaque"),
        (True, "a hat", {"output_format": "svg"}, "opaque"),
        (False, "remove the background", {}, "transparent"),
        (False, "make it a sticker", {"background": "auto"}, "transparent"),
        (True, "a hat", {"background": "opaque"}, "opaque"),
    ],
)
def test_an_edit_keeps_the_background_unless_asked(
    clear: bool, prompt: str, fields: dict[str, Any], background: str
) -> None:
    start = Start(width=61, height=45, has_alpha=clear)
    assert edit(start=start, prompt=prompt, **fields).background == background


def test_an_edit_refuses_what_only_generations_have() -> None:
    assert edit_refusal(output_format="gif") == (USER, "invalid_value", "output_format")
    assert edit_refusal(negative_prompt="x") == (USER, "invalid_value", "negative_prompt")
    assert edit(negative_prompt="").negative_prompt == ""
