"""Contact sheets: every picture has its place, transparent ones stand on white."""

import io

import numpy as np
from PIL import Image

from sfumato.evals.sheet import LINE, PAPER, Entry, contact_sheet, to_webp


def test_entries_fill_rows_of_pairs() -> None:
    red, clear = (np.zeros((32, 32, 4), np.uint8) for _ in range(2))
    red[...] = (255, 0, 0, 255)
    sheet = contact_sheet([Entry(caption="x", pictures=(red, clear))] * 3, across=2, cell=32)
    assert sheet.size == (2 * (64 + LINE), 2 * (32 + LINE))
    assert sheet.getpixel((16, 16)) == (255, 0, 0)
    assert sheet.getpixel((48, 16)) == PAPER


def test_a_long_caption_stays_in_its_cell() -> None:
    picture = np.full((16, 16, 4), 255, np.uint8)
    entries = [
        Entry(caption="w" * 200, pictures=(picture,)),
        Entry(caption="", pictures=(picture,)),
    ]
    sheet = np.asarray(contact_sheet(entries, across=2, cell=32))
    assert (sheet[32:, 32 + LINE :] == 255).all()


def test_the_file_is_a_webp() -> None:
    sheet = contact_sheet([Entry(caption="x", pictures=(np.zeros((8, 8, 4), np.uint8),))], across=1)
    assert Image.open(io.BytesIO(to_webp(sheet))).format == "WEBP"
