"""Pages that are images, noise or nothing are named; recognition reads them where it is asked for and installed."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import reportlab
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers import ocr, read, read_bounded
from ingest.readers.legible import is_noise, named

PROSE = "La région accompagne les entreprises du territoire avec un conseiller et un suivi de douze mois."
SCANNED = ("Le département accompagne les forêts", "et les métiers d'art, à côté des écoles.")


def drawn(draw: Callable[[Canvas], None], **options: str) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1, **options)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def scan(canvas: Canvas) -> None:
    """A page as a scanner makes it: one image."""
    image = Image.new("L", (1240, 1754), 255)
    font = ImageFont.truetype(str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"), 40)
    for n, line in enumerate(SCANNED):
        ImageDraw.Draw(image).text((150, 300 + 80 * n), line, fill=0, font=font)
    canvas.drawImage(ImageReader(image), 0, 0, 595, 842)
    canvas.showPage()


def prose(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 10)
    canvas.drawString(60, 700, PROSE)
    canvas.showPage()


def load(folder: Path, data: bytes, name: str = "essai.pdf") -> Document:
    path = folder / name
    path.write_bytes(data)
    return read(path)


def reason(folder: Path, data: bytes, name: str = "essai.pdf") -> tuple[str, str]:
    with pytest.raises(UnreadableDocument) as caught:
        load(folder, data, name)
    return caught.value.reason, str(caught.value)


def mixed(canvas: Canvas) -> None:
    for page in (prose, scan, prose, scan):
        page(canvas)


def test_scanned_pages_among_others_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    document = load(tmp_path, drawn(mixed))
    assert document.text.count("un suivi de douze mois") == 2
    assert document.notice == "pages 2 et 4 : images sans texte, non lues"
    assert len(document.pages) == 4


def test_a_document_of_scans_says_how_to_have_it_read(tmp_path: Path) -> None:
    said, message = reason(tmp_path, drawn(scan))
    assert said == "scanned"
    assert "--ocr" in message


def test_a_notice_is_no_part_of_the_document(tmp_path: Path) -> None:
    document = load(tmp_path, drawn(mixed))
    assert "images" not in document.text
    assert document.notice == read_bounded(tmp_path / "essai.pdf").notice


def installed() -> bool:
    try:
        ocr.languages()
    except ocr.OcrMissing:
        return False
    return True


@pytest.mark.skipif(not installed(), reason="pytesseract or Tesseract with French is not installed")
def test_recognition_reads_scanned_pages_with_their_accents_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "essai.pdf"
    path.write_bytes(drawn(mixed))
    document = read_bounded(path, ocr=True)
    text = " ".join(document.text.split())
    for word in ("département", "forêts", "métiers", "écoles"):
        assert word in text
    assert document.notice == "pages 2 et 4 : lues par reconnaissance de caractères, à vérifier"
    assert [page.number for page in document.pages] == [1, 2, 3, 4]


def test_recognition_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    if shutil.which("tesseract") is not None:
        pytest.skip("the engine is found without a path")
    with pytest.raises(ocr.OcrMissing, match="installez"):
        ocr.languages()


def test_letters_that_a_font_hides_are_not_counted_as_text(tmp_path: Path) -> None:
    shifted = "".join(chr(ord(c) - 29) if c.isalpha() and c.isascii() else "\x03" for c in PROSE)

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        for n in range(5):
            canvas.drawString(60, 700 - 12 * n, shifted)

    said, message = reason(tmp_path, drawn(draw))
    assert said == "unreadable"
    assert "police" in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PROSE * 3, False),
        ("Tableau : 12 500 € | 3 400 € | 1 250 000 € | 14,5 % | 2024-2028 | total 99 000 € " * 3, False),
        ("INSEE, CNRS, CNES, CNRTL, SGPI, DGE, BPI, CPER, SRDEII, SRESRI, EDIH, ANR, PME, ETI, TPE " * 3, False),
        ("القانون الإقليمي للذكاء الاصطناعي في المنطقة وما يتعلق به من مساعدات للشركات الصغيرة " * 2, False),
        ("\ufffd\ufffda\ufffd\ufffdb\ufffd " * 30, True),
        ("(cid:12)(cid:7)(cid:44) " * 60, True),
        ("7KLV LV WKH WHQWK SODQ RI WKH UHJLRQ DQG LWV FRPSDQLHV " * 4, True),
        ("\x01\x02\x05\x10abc\x0e" * 40, True),
    ],
)
def test_noise_is_told_from_text_in_any_script(text: str, expected: bool) -> None:
    assert is_noise(text) is expected


def test_a_page_of_numbers_alone_is_not_read_in_silence(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for n in range(30):
            canvas.drawString(60, 780 - 20 * n, f"{n} 250 {n}00,{n}")

    assert reason(tmp_path, drawn(draw))[0] == "empty"


def test_pages_that_only_repeat_their_head_are_read_with_a_warning(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for _ in range(4):
            canvas.drawString(60, 800, "Plan Sud")
            canvas.showPage()

    document = load(tmp_path, drawn(draw))
    assert "Plan Sud" in document.text
    assert "lettres" in document.notice or document.text.count("Plan Sud") == 4


def encrypted(user: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn(prose))))
    writer.encrypt(user_password=user, owner_password="maître", algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_file_locked_without_a_password_is_read_and_one_with_is_not(tmp_path: Path) -> None:
    assert "douze mois" in load(tmp_path, encrypted("")).text
    assert reason(tmp_path, encrypted("secret"))[0] == "protected"


def test_a_portfolio_is_told_from_a_document(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn(prose))))
    writer.add_attachment("annexe.txt", b"annexe")
    file = io.BytesIO()
    writer.write(file)
    assert load(tmp_path, file.getvalue()).notice == "1 fichier joint non lu"
    from pypdf.generic import DictionaryObject, NameObject

    writer.root_object[NameObject("/Collection")] = DictionaryObject()
    file = io.BytesIO()
    writer.write(file)
    assert reason(tmp_path, file.getvalue())[0] == "unsupported"


@pytest.mark.parametrize("name", ["plan.txt", "plan.docx", "plan.html", "plan"])
def test_a_pdf_is_a_pdf_under_any_name(tmp_path: Path, name: str) -> None:
    assert "douze mois" in load(tmp_path, drawn(prose), name).text


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("ancien.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") * 9, "unsupported"),
        ("ancien.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, "unsupported"),
        ("image.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "unsupported"),
        ("image.csv", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, "unsupported"),
        ("programme.md", bytes(range(1, 256)) * 40, "unreadable"),
        ("chiffres.txt", b"12 14 16\n18 20\n", "empty"),
    ],
)
def test_what_is_no_text_is_not_read_as_text(tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    assert reason(tmp_path, data, name)[0] == expected


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("cp1252", "utf-8"), ("utf-8", "iso-8859-1"), ("iso-8859-15", "iso-8859-15"), ("utf-8", "utf-16")],
)
def test_a_page_that_lies_about_its_encoding_keeps_its_accents(tmp_path: Path, encoding: str, declared: str) -> None:
    said = "La région aide à créer des métiers très demandés, près des écoles. " * 4
    page = f"<html><head><meta charset='{declared}'></head><body><article><p>{said}</p></article></body></html>"
    assert "métiers très demandés, près des écoles" in load(tmp_path, page.encode(encoding), "page.html").text


def test_utf16_text_is_read_without_its_mark(tmp_path: Path) -> None:
    assert load(tmp_path, PROSE.encode("utf-16-le"), "note.txt").text == PROSE


@pytest.mark.parametrize(
    ("pages", "said"),
    [([3], "page 3"), ([3, 7], "pages 3 et 7"), ([1, 2, 3, 9], "pages 1 à 3 et 9"), ([4, 5], "pages 4 et 5")],
)
def test_pages_are_named_as_people_do(pages: list[int], said: str) -> None:
    assert named(pages) == said
