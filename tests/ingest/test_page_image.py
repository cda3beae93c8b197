"""Pages of PDFs drawn by the child process: the box is where the quote is, and a hostile file stays alone."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from pdf_worlds import column, make_pdf
from PIL import Image

from ingest.page_image import PageImage, PageNotDrawn, page_image

FRAME = (150, 57, 42)
TEXTS = ["Une phrase avant.", "Le diagnostic coute 800 euros", "par entreprise.", "Une phrase apres."]


def draw(folder: Path, content: bytes, quote: str, number: int = 1) -> PageImage:
    path = folder / "plan.pdf"
    path.write_bytes(content)
    return page_image(path, number, quote)


def frame(image: PageImage) -> tuple[float, float, float, float]:
    """The frame drawn, as shares of the width and the height: left, top, right, bottom."""
    pixels = Image.open(io.BytesIO(image.png)).convert("RGB")
    data = pixels.load()
    assert data is not None
    found = [(x, y) for x in range(pixels.width) for y in range(pixels.height) if data[x, y] == FRAME]
    xs, ys = [x / pixels.width for x, _ in found], [y / pixels.height for _, y in found]
    return min(xs), min(ys), max(xs), max(ys)


def test_the_frame_stands_around_the_quote(tmp_path: Path) -> None:
    image = draw(tmp_path, make_pdf([column(TEXTS)]), "Le diagnostic coute 800 euros par entreprise.")
    assert image.boxes == 2
    left, top, right, bottom = frame(image)
    assert left == pytest.approx(60 / 595, abs=0.02)
    assert top == pytest.approx(1 - 757 / 842, abs=0.015)  # the second line, 746 points up, and its height
    assert bottom == pytest.approx(1 - 729 / 842, abs=0.015)
    assert right < 0.45


def test_a_quote_that_is_not_on_the_page_leaves_it_bare(tmp_path: Path) -> None:
    image = draw(tmp_path, make_pdf([column(TEXTS)]), "Une tout autre phrase que celles-là")
    assert image.boxes == 0
    assert Image.open(io.BytesIO(image.png)).getcolors(1 << 20) is not None
    assert FRAME not in {colour for _, colour in Image.open(io.BytesIO(image.png)).getcolors(1 << 20) or []}


def test_the_page_asked_for_is_the_page_drawn(tmp_path: Path) -> None:
    content = make_pdf([column(["La page une."]), column(["La page deux, la seconde."])])
    assert draw(tmp_path, content, "La page deux, la seconde.", 2).boxes == 1
    assert draw(tmp_path, content, "La page deux, la seconde.", 1).boxes == 0


def test_a_ligature_of_the_file_is_read_as_its_letters(tmp_path: Path) -> None:
    image = draw(tmp_path, make_pdf([column(["Le \x01nancement de la region"])]), "Le financement de la region")
    assert image.boxes == 1


def test_a_hyphen_at_the_end_of_a_line_is_passed_over(tmp_path: Path) -> None:
    content = make_pdf([column(["Une aide a l'intelli-", "gence artificielle"])])
    assert draw(tmp_path, content, "Une aide a l'intelligence artificielle").boxes == 2


def test_columns_drawn_across_are_boxed_in_their_column(tmp_path: Path) -> None:
    left = column(["Le plan regional finance", "des diagnostics pour les", "petites entreprises."])
    right = column(["La formation des agents", "commence en automne et", "dure deux annees."], x=320)
    across = [line for pair in zip(left, right, strict=True) for line in pair]
    image = draw(tmp_path, make_pdf([across]), "La formation des agents commence en automne et dure deux annees.")
    assert image.boxes == 3
    assert frame(image)[0] > 0.5


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_has_its_frame_on_the_text(tmp_path: Path, rotate: int) -> None:
    image = draw(tmp_path, make_pdf([column(TEXTS)], rotate=rotate), "Le diagnostic coute 800 euros")
    left, top, right, bottom = frame(image)
    middle = {90: (0.89, 0.23), 180: (0.77, 0.89), 270: (0.11, 0.77)}[rotate]
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(middle, abs=0.05)


def test_a_cropped_page_has_its_frame_on_the_text(tmp_path: Path) -> None:
    image = draw(tmp_path, make_pdf([column(TEXTS)], box="50 700 350 800"), "Le diagnostic coute 800 euros")
    assert frame(image)[1] == pytest.approx((800 - 757) / 100, abs=0.1)


def test_a_page_the_file_has_not_is_said(tmp_path: Path) -> None:
    with pytest.raises(PageNotDrawn, match="page 7"):
        draw(tmp_path, make_pdf([column(TEXTS)]), "", 7)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 nothing more", b"<html>no</html>", make_pdf([column(TEXTS)])[:300]]
)
def test_a_damaged_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(PageNotDrawn, match="ne peut pas être dessinée"):
        draw(tmp_path, content, "")


def test_a_page_that_claims_to_be_immense_is_drawn_small(tmp_path: Path) -> None:
    content = make_pdf([column(TEXTS)]).replace(b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 9e5 9e5]")
    image = draw(tmp_path, content.replace(b"/CropBox [0 0 595 842]", b"/CropBox [0 0 9e5 9e5]"), "")
    assert image.width * image.height <= 3_100_000


def test_a_drawing_without_end_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(make_pdf([column(TEXTS)]))
    start = time.monotonic()
    with pytest.raises(PageNotDrawn, match="secondes"):
        page_image(path, 1, "", seconds=0.01)
    assert time.monotonic() - start < 5


def test_memory_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(make_pdf([column(TEXTS)]))
    with pytest.raises(PageNotDrawn):
        page_image(path, 1, "", memory_mib=32)
