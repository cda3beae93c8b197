"""PDF files drawn here, byte by byte, read back in reading order; the hard documents, one outcome each."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ingest.archives import is_archive, members
from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.passages import cut
from ingest.readers import read, read_bounded
from ingest.readers.assembly import Draft, assemble

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "hard_documents.json"
Text = tuple[float, float, float, str, str]  # x, y, size, font ("R" or "B"), text


def make_pdf(pages: list[list[Text]], *, labels: str = "", extra: str = "") -> bytes:
    """A PDF with one content stream a page; coordinates in points from the bottom left of A4."""
    objects = [f"<< /Type /Catalog /Pages 2 0 R {labels} >>", ""]
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica{bold} /Encoding /WinAnsiEncoding >>"
        for bold in ("", "-Bold")
    ]
    kids = []
    for texts in pages:
        stream = extra + "".join(
            f"BT /{font} {size} Tf {x} {y} Td ({text.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj ET\n"
            for x, y, size, font, text in texts
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R /Resources << /Font << /R 3 0 R /B 4 0 R >> >> >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{k} 0 R' for k in kids)}] /Count {len(kids)} >>"
    body, offsets = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{held}\nendobj\n".encode("cp1252")
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{offset:010d} 00000 n \n" for offset in offsets
    )
    return (
        body
        + table.encode()
        + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    )


def lines(
    texts: list[str], *, x: float = 60, y: float = 760, step: float = 14, size: float = 11, font: str = "R"
) -> list[Text]:
    return [(x, y - step * n, size, font, text) for n, text in enumerate(texts)]


def load(folder: Path, data: bytes) -> Document:
    path = folder / "essai.pdf"
    path.write_bytes(data)
    return read(path)


def texts(document: Document, kind: str) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


PROSE = [
    "La région aide les entreprises à choisir un outil qui leur",
    "convient, avec un conseiller et un suivi de douze mois pour",
    "chacune des étapes du projet.",
]


def test_lines_flow_into_paragraphs_and_divided_words_are_whole(tmp_path: Path) -> None:
    document = load(
        tmp_path,
        make_pdf(
            [
                lines(
                    [
                        "La région aide les entreprises du terri-",
                        "toire à avancer.",
                    ]
                )
            ]
        ),
    )
    assert texts(document, "paragraph") == ["La région aide les entreprises du territoire à avancer."]


def test_headings_come_from_size_and_weight(tmp_path: Path) -> None:
    page = [
        *lines(["1. Cadre"], y=790, size=18, font="B"),
        *lines(PROSE),
        *lines(["Pour les artisans"], y=690, font="B"),
        *lines(PROSE, y=660),
    ]
    document = load(tmp_path, make_pdf([page]))
    assert [p.heading for p in cut(document)] == [("1. Cadre",), ("1. Cadre", "Pour les artisans")]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = lines([f"gauche {n} de la page avec des mots" for n in range(12)])
    right = lines([f"droite {n} de la page avec des mots" for n in range(12)], x=320)
    drawn_across = [text for pair in zip(left, right, strict=True) for text in pair]
    for page in ([*left, *right], drawn_across):
        text = load(tmp_path, make_pdf([page])).text
        assert text.index("gauche 11") < text.index("droite 0")


def test_running_heads_and_page_numbers_go_and_every_page_stays(tmp_path: Path) -> None:
    pages = [
        [
            (60, 810, 9, "R", "Plan régional"),
            *lines([f"Le chapitre {word} parle des aides."]),
            (300, 30, 9, "R", f"{n} / 4"),
        ]
        for n, word in enumerate(("un", "deux", "trois", "quatre"), start=1)
    ]
    document = load(tmp_path, make_pdf(pages))
    assert "Plan régional" not in document.text
    assert "/ 4" not in document.text
    assert [p.number for p in document.pages] == [1, 2, 3, 4]


def test_a_paragraph_cut_by_a_page_is_one_and_pages_keep_their_labels(tmp_path: Path) -> None:
    labels = "/PageLabels << /Nums [0 << /S /r /St 4 >> 1 << /S /D /St 1 >>] >>"
    first = lines(["La région aide toutes les entreprises du territoire qui veu-"], y=60)
    document = load(tmp_path, make_pdf([first, lines(["lent avancer avec un conseiller."]), []], labels=labels))
    assert texts(document, "paragraph") == [
        "La région aide toutes les entreprises du territoire qui veulent avancer avec un conseiller."
    ]
    assert [(p.number, p.label) for p in document.pages] == [(1, "iv"), (2, "1"), (3, "2")]
    (passage,) = cut(document)
    assert (passage.page, passage.page_label) == (1, "iv")


def test_a_page_label_that_is_no_number_of_a_page_is_not_kept(tmp_path: Path) -> None:
    said = "(Appelez le 06 66 66 66 66 pour 999 euros )"
    labels = f"/PageLabels << /Nums [0 << /S /D /P (A-) /St 12 >> 1 << /S /D /P {said} /St 1 >>] >>"
    document = load(tmp_path, make_pdf([lines(["Une aide."]), lines(["Un prêt."])], labels=labels))
    assert [(p.number, p.label) for p in document.pages] == [(1, "A-12"), (2, "2")]


def test_a_note_at_the_head_of_the_next_page_moves_no_page_of_the_text_around_it() -> None:
    """The paragraph cut by the page goes before the note, and what comes after is still on its own page."""
    drafts = [
        Draft("paragraph", "Cette offre d'accompagnement appelle une transformation des organisations,", page=1),
        Draft("note", "34 Un programme de l'État.", page=2),
        Draft("paragraph", "évolution de procédures comprise.", page=2),
        Draft("paragraph", "Un autre paragraphe de la page deux.", page=2),
        Draft("paragraph", "La page trois.", page=3),
    ]
    read = assemble(drafts, doc="d", labels=[None, None, None])
    on = {page.number: read.text[page.start : page.end].strip() for page in read.pages}
    assert on[1].endswith("organisations,")
    assert on[2].startswith("évolution de procédures comprise.\n\n34 Un programme")
    assert on[2].endswith("page deux.")
    assert on[3] == "La page trois."


def test_a_footnote_stands_apart_and_its_call_goes(tmp_path: Path) -> None:
    page = [(60, 760, 11, "R", "Le plan est voté par la région"), (216, 764, 7, "R", "1"), (221, 760, 11, "R", " depuis mars dernier."),
            *lines(["La suite vient plus tard."], y=720), (60, 100, 7, "R", "1"), (64, 96, 9, "R", " Par 80 voix pour.")]  # fmt: skip
    document = load(tmp_path, make_pdf([page]))
    assert texts(document, "note") == ["1 Par 80 voix pour."]
    assert "région depuis mars" in document.text.replace("  ", " ")


def test_cells_at_the_same_heights_make_rows(tmp_path: Path) -> None:
    rows = [("Aide", "Montant"), ("Prêt court", "10 000 euros"), ("Conseil", "gratuit")]
    page = [
        *lines(PROSE),
        *[
            (x, 650 - 20 * n, 11, "R", text)
            for n, row in enumerate(rows)
            for x, text in zip((60, 300), row, strict=True)
        ],
    ]
    assert texts(load(tmp_path, make_pdf([page])), "table") == [
        "Aide | Montant\nPrêt court | 10 000 euros\nConseil | gratuit"
    ]


def test_a_page_without_text_is_not_a_document_that_was_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        load(tmp_path, make_pdf([[]]))
    assert caught.value.reason == "empty"


def outcome(path: Path) -> str:
    try:
        if is_archive(path):
            with members(path) as found:
                return "archive" if found else "nothing"
        return "text" if any(c.isalnum() for c in read_bounded(path).text) else "nothing"
    except UnreadableDocument as error:
        return error.reason


@pytest.mark.skipif(
    not (SHARED / "documents-difficiles").is_dir(), reason="the hard documents are not beside the repository"
)
def test_each_hard_document_has_its_one_outcome() -> None:
    """`REGENERATE_GOLDEN=1` writes the table anew, to be read before it is kept."""
    files = [p for p in sorted((SHARED / "documents-difficiles").iterdir()) if p.name != "README.md"]
    found = {path.name: outcome(path) for path in files}
    if os.environ.get("REGENERATE_GOLDEN"):
        GOLDEN.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert "nothing" not in found.values()
