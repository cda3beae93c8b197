"""Files of each format become Documents, or say why they do not."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import docx
import pytest

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.passages import cut
from ingest.readers import read, read_bounded
from ingest.readers.exchange import from_line, to_line


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def texts(document: Document, kind: str) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


def paths(document: Document) -> list[tuple[str, ...]]:
    return [p.heading for p in cut(document)]


def test_markdown_marks_become_structure_and_leave_no_trace(tmp_path: Path) -> None:
    source = "# Titre\n\nUn **mot** *fort*, un [lien](http://x.fr/a_(b)) et ![une image](i.png).\n\n- un\n- deux\n\n1. premier\n2. second\n"
    document = read(write(tmp_path, "a.md", source))
    assert document.text == "Titre\n\nUn mot fort, un lien et une image.\n\n- un\n- deux\n\n1. premier\n2. second"
    assert [b.kind for b in document.blocks] == ["heading", "paragraph", "list", "list"] or len(
        texts(document, "list")
    ) == 1


def test_a_note_stands_apart_from_the_sentence_it_interrupts(tmp_path: Path) -> None:
    source = "# T\n\nDébut.\n\nLa région soutient le plan<sup>1</sup> et les entreprises qui\n\n<sup>1</sup> Adopté en mars.\n\nveulent avancer, le 1<sup>er</sup> mai sur 20 m<sup>2</sup>.\n"
    document = read(write(tmp_path, "a.md", source))
    assert "La région soutient le plan et les entreprises qui veulent avancer, le 1er mai sur 20 m²." in texts(
        document, "paragraph"
    )
    assert texts(document, "note") == ["1 Adopté en mars."]


def test_tables_keep_a_row_a_line_with_the_header_first(tmp_path: Path) -> None:
    source = "| Aide | <b>Montant</b> |\n|---|---|\n| Prêt<br>court | 10 € |\n\n<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td><ul><li>x</li><li>y</li></ul></td></tr></table>\n"
    document = read(write(tmp_path, "a.md", source))
    assert texts(document, "table") == ["Aide | Montant\nPrêt court | 10 €", "A | B\n1 | - x - y"]


def test_numbers_and_series_decide_the_depth_of_headings(tmp_path: Path) -> None:
    source = "\n\nTexte.\n\n".join(
        [
            "# 1. Cadre",
            "### 1.1. Europe",
            "## Un point",
            "## 2. Mesures",
            "#### Mesure 1 : Former",
            "## Mesure 2 : Aider",
            "# Annexes",
            "## 1) Liste",
        ]
    )
    assert paths(read(write(tmp_path, "a.md", source + "\n\nTexte.\n"))) == [
        ("1. Cadre",),
        ("1. Cadre", "1.1. Europe"),
        ("1. Cadre", "1.1. Europe", "Un point"),
        ("2. Mesures",),
        ("2. Mesures", "Mesure 1 : Former"),
        ("2. Mesures", "Mesure 2 : Aider"),
        ("Annexes",),
        ("Annexes", "1) Liste"),
    ]


def test_a_bold_line_before_text_is_a_heading_and_a_bold_sentence_is_not(tmp_path: Path) -> None:
    document = read(
        write(tmp_path, "a.md", "# T\n\n**Pour les artisans**\n\nOn aide.\n\n**Ceci est une phrase.**\n\nFin.\n")
    )
    assert texts(document, "heading") == ["T", "Pour les artisans"]


def test_a_table_of_contents_is_known_and_a_price_list_is_not(tmp_path: Path) -> None:
    contents = "## Sommaire\n\n1. Cadre ..... 5\n2. Aides ..... 9\n3. Suite ..... 12\n\n## 1. Cadre\n\nVis ....... 90\nClous ..... 12\nÉcrous .... 45\nRondelles . 3\n"
    document = read(write(tmp_path, "a.md", contents))
    assert len(texts(document, "toc")) == 1
    assert "Clous" not in texts(document, "toc")[0]


def test_plain_text_lines_flow_and_short_lines_apart_are_headings(tmp_path: Path) -> None:
    document = read(
        write(
            tmp_path,
            "a.txt",
            "Une aide pour tous\n\nLa région aide les entre-\nprises du ter-\nritoire.\nSuite de la phrase.\n",
        )
    )
    assert texts(document, "heading") == ["Une aide pour tous"]
    assert texts(document, "paragraph") == ["La région aide les entreprises du territoire. Suite de la phrase."]


def test_form_feeds_of_a_text_are_its_pages(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.txt", "Première page ici.\f\fTroisième page ici.\n"))
    assert [p.number for p in document.pages] == [1, 2, 3]
    assert cut(document)[-1].text.endswith("Troisième page ici.")
    assert document.text[document.pages[2].start : document.pages[2].end] == "Troisième page ici."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_encoding_of_a_text_is_found(tmp_path: Path, encoding: str) -> None:
    document = read(write(tmp_path, "a.txt", "L'été, l'aide aux forêts dure déjà.".encode(encoding)))
    assert document.text == "L'été, l'aide aux forêts dure déjà."


def test_html_gives_its_article_without_menus(tmp_path: Path) -> None:
    article = "<p>" + "La région aide les artisans à choisir un outil adapté. " * 8 + "</p>"
    page = f"<html><head><title>Aide</title></head><body><nav><a href='/'>Accueil</a></nav><article><h1>Aide aux artisans</h1>{article}<ul><li>un prêt</li><li>un conseil</li></ul></article><script>alert('non')</script></body></html>"
    document = read(write(tmp_path, "a.html", page))
    assert "artisans à choisir" in document.text
    assert "un conseil" in document.text
    assert "alert" not in document.text
    assert "Accueil" not in document.text


def test_docx_keeps_headings_lists_and_tables_in_order(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Les aides", 1)
    word.add_paragraph("Voici les aides ouvertes.")
    word.add_paragraph("un prêt", style="List Bullet")
    word.add_paragraph("un conseil", style="List Bullet")
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells], ["Aide", "Montant", "Prêt", "10 €"], strict=True
    ):
        cell.text = text
    word.add_heading("Contact", 2)
    word.add_paragraph("Écrire à la région.")
    word.save(str(tmp_path / "a.docx"))
    document = read(tmp_path / "a.docx")
    assert [b.kind for b in document.blocks] == ["heading", "paragraph", "list", "table", "heading", "paragraph"]
    assert texts(document, "table") == ["Aide | Montant\nPrêt | 10 €"]
    assert paths(document)[-1] == ("Les aides", "Contact")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", b"", "empty"),
        ("a.txt", b"\n \n", "empty"),
        ("a.md", b"![](x.png)\n\n---\n", "empty"),
        ("a.xlsx", b"PK\x03\x04...", "unreadable"),
        ("a.ods", b"PK\x03\x04...", "unsupported"),
        ("a.docx", b"PK\x03\x04 word/ tronque", "unreadable"),
        ("a.pdf", b"%PDF-1.4\nrien", "unreadable"),
        ("a.txt", bytes(range(1, 32)) * 40 + b"\x00" * 900, "unreadable"),
    ],
)
def test_a_file_without_text_says_why_in_one_french_sentence(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(write(tmp_path, name, content))
    assert caught.value.reason == reason
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_docx_that_unpacks_to_far_more_than_it_weighs_is_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    with pytest.raises(UnreadableDocument) as caught:
        read(write(tmp_path, "a.docx", held.getvalue()))
    assert caught.value.reason == "too_large"


def test_a_bounded_reading_gives_the_same_document(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", "# Plan\n\nAdopté en session plénière le 3 mai 2023. Voilà.\n")
    assert read_bounded(path) == read(path)


def test_a_bounded_reading_passes_the_reason_on(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_bounded(write(tmp_path, "a.zip", b"PK\x03\x04"))
    assert caught.value.reason == "unsupported"


def test_a_reading_that_lasts_too_long_is_stopped(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", "# T\n\n" + "Un mot de plus. " * 400_000)
    started = time.monotonic()
    with pytest.raises(UnreadableDocument) as caught:
        read_bounded(path, seconds=0.02)
    assert caught.value.reason == "timeout"
    assert time.monotonic() - started < 5


def test_a_reading_that_needs_too_much_memory_is_a_reason_like_another(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "mot " * 20_000_000)
    with pytest.raises(UnreadableDocument) as caught:
        read_bounded(path, memory_mib=200)
    assert caught.value.reason in ("unreadable", "timeout")


def test_a_document_crosses_to_the_parent_unchanged(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.txt", "Page une.\fPage deux, l'été — « ici »."))
    assert from_line(to_line(document), "a.txt") == document


def test_numbered_lines_of_a_text_that_stand_alone_are_its_titles(tmp_path: Path) -> None:
    body = "La région aide les entreprises de son territoire avec un conseiller et un suivi."
    parts = [
        "1. Cadre du plan",
        "1.1. Objet",
        body,
        "1.2. Public",
        body,
        "2. Mesures",
        body,
        "Calendrier",
        "----------",
        body,
    ]
    text = "\n\n".join(parts).replace("Calendrier\n\n---", "Calendrier\n---")
    document = read(write(tmp_path, "a.txt", text.encode()))
    assert [p.heading for p in cut(document)] == [
        ("1. Cadre du plan", "1.1. Objet"),
        ("1. Cadre du plan", "1.2. Public"),
        ("2. Mesures",),
        ("2. Mesures", "Calendrier"),
    ]


def test_a_numbered_list_set_with_blank_lines_is_no_row_of_titles(tmp_path: Path) -> None:
    text = "Il faut fournir les pièces suivantes :\n\n1. Un extrait du registre\n\n2. Un relevé bancaire\n\n3. Un devis\n\nMerci de tout envoyer."
    document = read(write(tmp_path, "a.txt", text.encode()))
    assert [b.kind for b in document.blocks if b.kind == "heading"] == []


def test_a_page_with_a_character_that_is_none_beside_what_is_hidden_is_read(tmp_path: Path) -> None:
    page = "<html><body><p>La région aide<script>a()</script>&#1; les entreprises.</p></body></html>"
    assert read(write(tmp_path, "a.html", page)).text == "La région aide les entreprises."


@pytest.mark.parametrize("mark", ["---", "+++"])
def test_the_settings_before_a_text_are_no_text_of_it_and_what_only_opens_like_them_is(
    tmp_path: Path, mark: str
) -> None:
    head = f"{mark}\ntitle: Plan\n\n# note\n  suite = 1\n{mark}\n"
    assert read(write(tmp_path, "a.md", head + "\nLa région aide.\n")).text == "La région aide."
    blank = read_bounded(write(tmp_path, "b.md", f"{mark}\n" + "\n" * 3000 + " \nLa région aide.\n"))
    assert blank.text.endswith("La région aide.")
