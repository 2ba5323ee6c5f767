import numpy as np
import pytest
from PIL import Image

from sfumato.errors import InvalidRequest
from sfumato.native.draft import draft, footprint, layers
from sfumato.native.scene import BACKGROUNDS, Backdrop, Scene, Thing
from tests.native.drawings import Drawings

CAT = Thing(concept="cat", asset="set/cat", x=0.5, y=0.55, size=0.5, shadow=True)
LOW = Backdrop(kind="meadow", colours=())


def test_a_picture_has_the_size_that_is_asked() -> None:
    pixels = draft(Scene(things=(CAT,), backdrop=LOW), Drawings(), 96, 64)
    assert pixels.shape == (64, 96, 4)
    assert pixels.dtype == np.uint8
    assert (pixels[:, :, 3] == 255).all()


@pytest.mark.parametrize("kind", BACKGROUNDS)
@pytest.mark.parametrize("size", [(96, 96), (192, 64), (64, 192)])
@pytest.mark.parametrize(("night", "weather"), [(False, None), (True, "stars"), (False, "rain")])
def test_every_backdrop_fills_the_canvas(
    kind: str, size: tuple[int, int], night: bool, weather: str | None
) -> None:
    backdrop = Backdrop(kind=kind, colours=(), night=night, weather=weather, variant=7)
    pixels = draft(Scene(backdrop=backdrop), Drawings(), *size)
    assert (pixels[:, :, 3] == 255).all()


def test_a_night_is_darker_than_its_day() -> None:
    for kind in set(BACKGROUNDS) - {"space"}:
        day, night = (
            draft(Scene(backdrop=Backdrop(kind=kind, colours=(), night=n)), Drawings(), 48, 48)
            for n in (False, True)
        )
        assert night[:, :, :3].mean() < 0.8 * day[:, :, :3].mean()


def test_an_asked_colour_is_the_backdrops() -> None:
    pixels = draft(Scene(backdrop=Backdrop(kind="plain", colours=("#0b2a6b",))), Drawings(), 64, 64)
    assert np.abs(pixels[2, 2, :3].astype(int) - (0x0B, 0x2A, 0x6B)).max() < 12


def test_the_table_takes_the_asked_colour() -> None:
    pixels = draft(Scene(backdrop=Backdrop(kind="table", colours=("#1c7ed6",))), Drawings(), 64, 64)
    red, _, blue = pixels[48, 32, :3].astype(int)
    assert blue > red + 80


def test_transparency_is_real_alpha_without_halos() -> None:
    ball = Thing(concept="ball", asset="set/ball", size=0.8, shadow=True)
    pixels = draft(Scene(things=(ball,), transparent=True), Drawings(), 128, 128)
    assert pixels[0, 0, 3] == 0
    assert pixels[64, 64, 3] == 255
    edge = pixels[(pixels[:, :, 3] > 30) & (pixels[:, :, 3] < 255)][:, :3].astype(int)
    assert edge.size
    assert np.abs(edge - (0xE5, 0x38, 0x3B)).max() < 12


def test_a_sticker_has_a_white_rim() -> None:
    ball = Thing(concept="ball", asset="set/ball", size=0.6)
    scene = Scene(things=(ball,), transparent=True, sticker=True)
    pixels = draft(scene, Drawings(), 256, 256)
    row = pixels[128]
    first = int(np.flatnonzero(row[:, 3] == 255)[0])
    assert row[first + 1].tolist() == [255, 255, 255, 255]
    assert row[128, 0] > 200 > row[128, 1]


def test_a_stickers_shadow_shows_it_on_white_and_ends_before_the_corners() -> None:
    ball = Thing(concept="ball", asset="set/ball", size=0.6, colour="white")
    scene = Scene(things=(ball,), transparent=True, sticker=True)
    pixels = draft(scene, Drawings(), 256, 256)
    shown = Image.new("RGBA", (256, 256), "white")
    shown.alpha_composite(Image.fromarray(pixels))
    column = np.asarray(shown)[128:, 128, :3].min(1)
    assert column.min() < 215  # a grey line under the paper, whatever it lies on
    assert not pixels[[0, 0, -1, -1], [0, -1, 0, -1], 3].any()


def test_a_thing_without_an_asset_is_not_drawn() -> None:
    nothing = Thing(concept="flibbertigibbet")
    assert not draft(Scene(things=(nothing,), transparent=True), Drawings(), 32, 32).any()


def test_small_and_large_show_the_same_picture() -> None:
    scene = Scene(things=(CAT,), backdrop=LOW)
    small = draft(scene, Drawings(), 64, 64)
    large = Image.fromarray(draft(scene, Drawings(), 512, 512)).resize(
        (64, 64), Image.Resampling.BOX
    )
    difference = np.abs(small.astype(int) - np.asarray(large).astype(int))
    assert difference[:, :, :3].mean() < 4


def test_the_same_scene_gives_the_same_bytes() -> None:
    scene = Scene(things=(CAT,), backdrop=Backdrop(kind="city", colours=(), night=True))
    one, other = (draft(scene, Drawings(), 80, 120).tobytes() for _ in range(2))
    assert one == other


def test_each_thing_has_its_own_footprint() -> None:
    left = Thing(concept="ball", asset="set/ball", x=0.25, size=0.3)
    right = Thing(concept="ball", asset="set/ball", x=0.75, size=0.3)
    scene = Scene(things=(left, right), backdrop=LOW)
    masks = [
        footprint(layer, 100, 100)
        for layer in layers(scene, Drawings(), 100, 100)
        if layer.kind == "thing"
    ]
    assert len(masks) == 2
    assert masks[0][50, 25] == 255 and masks[0][50, 75] == 0
    assert masks[1][50, 75] == 255 and masks[1][50, 25] == 0
    assert abs(int((masks[0] > 127).sum()) - np.pi * 15**2) < 30


def test_a_flip_mirrors_and_a_turn_turns() -> None:
    post = Thing(concept="post", asset="set/post", size=0.6)
    upright, lying = (
        draft(Scene(things=(thing,), transparent=True), Drawings(), 100, 100)[:, :, 3] > 127
        for thing in (post, Thing(concept="post", asset="set/post", size=0.6, rotation=90.0))
    )
    assert (np.rot90(upright) == lying).mean() > 0.99


def test_a_thing_half_outside_is_cut_at_the_rim() -> None:
    out = Thing(concept="ball", asset="set/ball", x=0.0, y=0.0, size=0.5)
    pixels = draft(Scene(things=(out,), transparent=True), Drawings(), 64, 64)
    assert pixels[0, 0, 3] == 255
    assert pixels[40, 40, 3] == 0


def test_a_scene_that_names_an_unknown_drawing_is_refused() -> None:
    stranger = Thing(concept="cat", asset="set/stranger")
    with pytest.raises(InvalidRequest, match="set/stranger") as refused:
        draft(Scene(things=(stranger,)), Drawings(), 32, 32)
    assert refused.value.param == "scene"
