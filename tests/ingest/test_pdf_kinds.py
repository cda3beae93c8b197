"""PDFs as public bodies make them, drawn with reportlab: slides, laws, forms, brochures, annexes; read back whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, SimpleDocTemplate, Table

from ingest.documents import Document
from ingest.passages import cut
from ingest.readers import read

WORDS = "La région accompagne les entreprises du territoire qui veulent se lancer, avec un conseiller et un suivi de douze mois"
BODY = ParagraphStyle("corps", fontName="Helvetica", fontSize=10, leading=13, spaceAfter=8)
TITLE = ParagraphStyle("titre", fontName="Helvetica-Bold", fontSize=15, leading=19, spaceAfter=8)
UNDER = ParagraphStyle("sous-titre", fontName="Helvetica-Bold", fontSize=12, leading=15, spaceAfter=6)


def drawn(draw: Callable[[Canvas], None], *, size: tuple[float, float] = A4) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size, invariant=1)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def flowed(story: Sequence[object], **options: object) -> bytes:
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4, invariant=1, **options).build(list(story))
    return file.getvalue()


def load(folder: Path, data: bytes) -> Document:
    path = folder / "essai.pdf"
    path.write_bytes(data)
    return read(path)


def texts(document: Document, kind: str) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


def page_of(document: Document, words: str) -> int:
    (found,) = (p for p in cut(document) if words in p.text)
    return found.page or 0


def write(
    canvas: Canvas, x: float, y: float, lines: Sequence[str], *, size: float = 10, font: str = "Helvetica"
) -> None:
    canvas.setFont(font, size)
    for n, line in enumerate(lines):
        canvas.drawString(x, y - 1.3 * size * n, line)


def test_slides_keep_their_titles_and_points(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number, (title, points) in enumerate(
            (("Pourquoi un plan", ("Rattraper le retard", "Former les équipes")), ("Nos aides", ("Un conseil gratuit", "Un prêt sans garantie"))), start=1
        ):  # fmt: skip
            write(canvas, 50, 480, [title], size=32, font="Helvetica-Bold")
            for n, point in enumerate(points):
                write(canvas, 70, 400 - 50 * n, ["•"], size=20)
                write(canvas, 95, 400 - 50 * n, [point], size=20)
            write(canvas, 50, 20, ["Région — mars 2025"], size=9)
            write(canvas, 780, 20, [str(number)], size=9)
            canvas.showPage()

    document = load(tmp_path, drawn(draw, size=landscape(A4)))
    assert texts(document, "heading") == ["Pourquoi un plan", "Nos aides"]
    assert texts(document, "list") == [
        "- Rattraper le retard\n- Former les équipes",
        "- Un conseil gratuit\n- Un prêt sans garantie",
    ]
    assert [p.heading[-1] for p in cut(document)] == ["Pourquoi un plan", "Nos aides"]


def test_a_bilingual_law_keeps_its_languages_apart(tmp_path: Path) -> None:
    left = [f"Article {n} du texte en langue française ici" for n in range(1, 15)]
    right = [f"Section {n} of the text in the English language" for n in range(1, 15)]

    def draw(canvas: Canvas) -> None:
        for n, (french, english) in enumerate(zip(left, right, strict=True)):
            write(canvas, 50, 760 - 13 * n, [french])
            write(canvas, 310, 760 - 13 * n, [english])

    text = load(tmp_path, drawn(draw)).text
    assert text.index("Article 14") < text.index("Section 1 ")


def test_what_is_typed_into_a_form_is_read_by_its_label(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 60, 780, ["Demande d'aide régionale"], size=16, font="Helvetica-Bold")
        for n, (label, value) in enumerate((("Raison sociale", "Menuiserie Martin"), ("Effectif", "douze salariés"))):
            write(canvas, 60, 700 - 40 * n, [label])
            canvas.acroForm.textfield(name=f"champ{n}", value=value, x=200, y=692 - 40 * n, width=250, height=20)
        write(canvas, 60, 600, [f"{WORDS}."])

    text = load(tmp_path, drawn(draw)).text
    assert "Raison sociale | Menuiserie Martin" in text
    assert "Effectif | douze salariés" in text


def test_a_sidebar_does_not_cut_the_sentences_beside_it(tmp_path: Path) -> None:
    story = [f"Le texte principal de la brochure, ligne {n} de la colonne large" for n in range(1, 16)]
    aside = ["À retenir", "Le guichet est", "ouvert toute", "l'année."]

    def draw(canvas: Canvas) -> None:
        write(canvas, 50, 740, story)
        write(canvas, 430, 740, aside, size=9, font="Helvetica-Bold")

    text = " ".join(load(tmp_path, drawn(draw)).text.split())
    assert " ".join(story) in text
    assert "Le guichet est ouvert toute l'année." in text


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_reads_as_any_other(tmp_path: Path, turn: int) -> None:
    sentences = [
        "La page est tournée dans le fichier,",
        "mais ses phrases restent dans l'ordre",
        "où un lecteur les trouve.",
    ]

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        x, y = {90: (595, 0), 180: (595, 842), 270: (0, 595)}[turn]  # a page turned by a quarter is wide
        canvas.translate(x, y)
        canvas.rotate(turn)
        write(canvas, 60, 400, sentences)

    assert " ".join(load(tmp_path, drawn(draw)).text.split()) == " ".join(sentences)


def test_numbers_set_right_stay_in_the_row_of_their_name(tmp_path: Path) -> None:
    rows = [
        ("Poste de dépense", "2024", "2025"),
        ("Conseil", "5 000 €", "12 500 €"),
        ("Formation des salariés", "950 €", "1 250 000 €"),
    ]

    def draw(canvas: Canvas) -> None:
        write(canvas, 60, 780, [f"{WORDS}."])
        canvas.setFont("Helvetica", 10)
        for n, (name, first, second) in enumerate(rows):
            canvas.drawString(60, 700 - 18 * n, name)
            canvas.drawRightString(330, 700 - 18 * n, first)
            canvas.drawRightString(450, 700 - 18 * n, second)

    assert texts(load(tmp_path, drawn(draw)), "table") == ["\n".join(" | ".join(row) for row in rows)]


def test_a_table_over_three_pages_is_one_and_its_rows_know_their_page(tmp_path: Path) -> None:
    rows = [["Aide", "Public", "Montant"]] + [
        [f"Aide numéro {n}", "PME du territoire", f"{n} 000 €"] for n in range(1, 96)
    ]
    table = Table(rows, colWidths=[180, 150, 100], repeatRows=1)
    document = load(tmp_path, flowed([Paragraph("Annexe 1. Liste des aides", TITLE), table]))
    (text,) = texts(document, "table")
    assert text.split("\n") == [" | ".join(row) for row in rows]
    assert len(document.pages) == 3
    last = cut(document)[-1]
    assert last.page == 3
    assert last.heading[-1] == "Aide | Public | Montant"


def test_numbers_of_headings_make_the_path(tmp_path: Path) -> None:
    story = [
        Paragraph("1 Cadre", TITLE), Paragraph(f"{WORDS}.", BODY),
        Paragraph("1.1 Aides directes", UNDER), Paragraph(f"{WORDS} entiers.", BODY),
        Paragraph("1.1.2 Conseil", UNDER), Paragraph("Le conseil est gratuit pour tous les artisans de la région.", BODY),
        Paragraph("2 Suite", TITLE), Paragraph("La suite viendra dans un autre document, plus tard.", BODY),
    ]  # fmt: skip
    paths = {p.heading for p in cut(load(tmp_path, flowed(story)))}
    assert ("1 Cadre", "1.1 Aides directes", "1.1.2 Conseil") in paths
    assert ("2 Suite",) in paths


def test_a_call_for_a_note_goes_and_the_note_stands_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 60, 760, ["Le budget est de 60 millions d'euros sur cinq ans"])
        wide = canvas.stringWidth("Le budget est de 60 millions d'euros sur cinq ans", "Helvetica", 10)
        write(canvas, 60 + wide, 764, ["3"], size=6)
        write(canvas, 60 + wide + 4, 760, [" pour toute la région."])
        write(canvas, 60, 740, [WORDS[:70], "et la suite de la phrase tient ici."])
        write(canvas, 60, 84, ["3"], size=6)
        write(canvas, 65, 80, ["Délibération de la commission permanente."], size=8)

    document = load(tmp_path, drawn(draw))
    assert "sur cinq ans pour toute la région." in document.text
    assert texts(document, "note") == ["3 Délibération de la commission permanente."]


def test_a_word_cut_by_a_page_is_whole_and_running_heads_go(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number, lines in enumerate(
            (
                ["Chaque entreprise du territoire peut demander un accompa-"],
                ["gnement de six mois auprès d'un conseiller."],
                [f"{WORDS}."],
            ),
            start=1,
        ):
            write(canvas, 60, 815, ["Plan régional — synthèse"], size=8)
            write(canvas, 60, 740 if number > 1 else 70, lines)
            write(canvas, 280, 25, [f"Page {number} sur 3"], size=8)
            canvas.showPage()

    document = load(tmp_path, drawn(draw))
    assert "un accompagnement de six mois" in document.text
    assert "synthèse" not in document.text
    assert "sur 3" not in document.text


def test_two_columns_with_a_title_across_are_read_in_order(tmp_path: Path) -> None:
    file = io.BytesIO()
    template = BaseDocTemplate(file, pagesize=A4, invariant=1)
    frames = [Frame(50, 50, 235, 680), Frame(310, 50, 235, 680)]

    def head(canvas: Canvas, _: object) -> None:
        write(canvas, 50, 770, ["La lettre de la région"], size=20, font="Helvetica-Bold")

    template.addPageTemplates(PageTemplate(frames=frames, onPage=head))
    sentences = [f"La phrase numéro {n} parle des aides et des entreprises du territoire." for n in range(1, 61)]
    template.build([Paragraph(" ".join(sentences), BODY)])
    document = load(tmp_path, file.getvalue())
    text = " ".join(document.text.split())
    places = [text.index(sentence) for sentence in sentences]
    assert places == sorted(places)
    assert not texts(document, "table")


def test_a_contents_page_is_no_passage_of_the_body(tmp_path: Path) -> None:
    entries = [("1 Cadre", 2), ("2 Aides", 2), ("3 Calendrier", 3), ("4 Contacts", 3)]

    def draw(canvas: Canvas) -> None:
        write(canvas, 60, 780, ["Sommaire"], size=16, font="Helvetica-Bold")
        for n, (title, page) in enumerate(entries):
            write(canvas, 60, 740 - 20 * n, [f"{title} {'.' * 60} {page}"])
        canvas.showPage()
        for n, (title, _) in enumerate(entries):
            write(canvas, 60, 780 - 160 * n, [title], size=14, font="Helvetica-Bold")
            write(canvas, 60, 750 - 160 * n, [f"{WORDS},", f"et la partie {n} le dit en détail."])

    document = load(tmp_path, drawn(draw))
    assert {p.kind for p in cut(document) if p.page == 1 and "...." in p.text} == {"toc"}
    assert ("2 Aides",) in {p.heading for p in cut(document) if p.kind == "paragraph"}


def test_short_rows_of_words_are_no_reason_to_cut_prose(tmp_path: Path) -> None:
    story = [
        Paragraph(" ".join(f"La phrase {n}.{m} du texte dit ce que {WORDS[:50]} peut faire." for m in range(6)), BODY)
        for n in range(8)
    ]
    document = load(tmp_path, flowed(story))
    assert not texts(document, "table")
    assert len(texts(document, "paragraph")) == 8


def titled(*, under: float = 8, **look: object) -> ParagraphStyle:
    return ParagraphStyle("titre-vu", parent=BODY, spaceAfter=under, **look)


LONG = " ".join([WORDS + "."] * 4)


@pytest.mark.parametrize(
    "style",
    [
        titled(fontName="Helvetica-Bold", fontSize=8.4, spaceBefore=14),
        titled(fontName="Helvetica-Bold", spaceBefore=8),
        titled(fontName="Helvetica-Bold", under=0),
        titled(fontName="Helvetica-Oblique", spaceBefore=8),
        titled(textColor="#003399", spaceBefore=8),
    ],
    ids=["smaller", "bold", "bold-stuck", "italic", "coloured"],
)
def test_a_line_set_apart_by_its_look_is_a_title(style: ParagraphStyle, tmp_path: Path) -> None:
    titles = ["Le cadre de la vallée", "Les aides ouvertes"]
    story = [piece for title in titles for piece in (Paragraph(title, style), *[Paragraph(LONG, BODY)] * 3)]
    assert texts(load(tmp_path, flowed([Paragraph(LONG, BODY), *story])), "heading") == titles


def test_a_small_caption_in_bold_is_no_title(tmp_path: Path) -> None:
    small = titled(fontName="Helvetica-Bold", fontSize=8.4, spaceBefore=14)
    story = [Paragraph("Le plan", TITLE), Paragraph(LONG, BODY), Paragraph("Figure 1 – Les aides par an", small)]
    assert texts(load(tmp_path, flowed([*story, Paragraph(LONG, BODY)])), "heading") == ["Le plan"]


def test_small_titles_stand_under_those_as_large_as_the_text_and_larger_ones_close_them(tmp_path: Path) -> None:
    bold = titled(fontName="Helvetica-Bold", spaceBefore=8)
    small = titled(fontName="Helvetica-Bold", fontSize=8.4, spaceBefore=14)
    story = [Paragraph("Les secteurs", UNDER), Paragraph("Culture", bold), Paragraph("La création", small)]
    story += [Paragraph(LONG, BODY), Paragraph("Le sport", UNDER), Paragraph(LONG, BODY)]
    paths = [passage.heading for passage in cut(load(tmp_path, flowed(story)))]
    assert [*dict.fromkeys(paths)] == [("Les secteurs", "Culture", "La création"), ("Le sport",)]


def test_a_label_with_its_value_under_it_is_no_title(tmp_path: Path) -> None:
    label = titled(fontName="Helvetica-Bold", under=0)
    cover = [Paragraph("Le plan", TITLE)]
    for function, name in (("Directrice de la publication", "Anne Martin"), ("Impression", "Atelier de la vallée")):
        cover += [Paragraph(function, label), Paragraph(name, BODY)]
    document = load(tmp_path, flowed([*cover, *[Paragraph(LONG, BODY)] * 3]))
    assert texts(document, "heading") == ["Le plan"]
    assert "Directrice de la publication Anne Martin" in document.text


def test_a_sentence_in_bold_set_apart_is_a_title_and_one_that_text_follows_is_not(tmp_path: Path) -> None:
    apart = "La vallée dispose de centres de stockage de données (utiles pour les outils de la région)."
    story: list[object] = []
    for _ in range(3):
        story += [Paragraph(LONG, BODY)] * 3
    style = ParagraphStyle("fort", parent=BODY, fontName="Helvetica-Bold", spaceBefore=14, spaceAfter=14)
    follows = Paragraph(f"<b>{WORDS}.</b> {WORDS}.", BODY)
    document = load(tmp_path, flowed([Paragraph("Le plan", TITLE), *story, Paragraph(apart, style), *story, follows]))
    assert texts(document, "heading") == ["Le plan", apart]


def test_titles_numbered_like_2_1_are_titles_beside_larger_ones_and_clauses_are_not(tmp_path: Path) -> None:
    story = [Paragraph("2. Les mesures", TITLE)]
    for title in ("2.1 Former les salariés", "2.2 Financer les projets"):
        story += [Paragraph(title, BODY), Paragraph(LONG, BODY)]
    story += [Paragraph(f"3.{n} Le bénéficiaire tient un compte", BODY) for n in range(1, 4)]
    found = texts(load(tmp_path, flowed([*story, Paragraph(LONG, BODY)])), "heading")
    assert found[:3] == ["2. Les mesures", "2.1 Former les salariés", "2.2 Financer les projets"]
    assert not {"3.1 Le bénéficiaire tient un compte", "3.2 Le bénéficiaire tient un compte"} & set(found)


def test_the_second_line_of_a_title_may_open_with_a_dash(tmp_path: Path) -> None:
    story = [Paragraph("8.6 Commission Culture, patrimoine et tourisme<br/>– Vie des associations", TITLE)]
    document = load(tmp_path, flowed([*story, Paragraph(LONG, BODY)]))
    assert texts(document, "heading") == ["8.6 Commission Culture, patrimoine et tourisme – Vie des associations"]


def test_a_contents_entry_that_wraps_names_its_title(tmp_path: Path) -> None:
    """The contents put it under a chapter whose own heading is not in the text."""
    entries = ["1. Le cadre ..... 3", "3. Le paysage ..... 9", "Une offre à consolider et une culture", "encore jeune ..... 10", "4. La synthèse ..... 13"]  # fmt: skip
    contents = Paragraph("<br/>".join(entries), BODY)
    story: list[object] = [contents]
    for title in ("1. Le cadre", "Une offre à consolider et une culture encore jeune", "4. La synthèse"):
        story += [Paragraph(title, TITLE), Paragraph(LONG, BODY)]
    document = load(tmp_path, flowed(story))
    assert [block.level for block in document.blocks if block.kind == "heading"] == [1, 1, 1]


def test_a_word_in_bold_before_a_colon_is_the_start_of_its_line(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 60, 780, ["Table des sigles"], size=15, font="Helvetica-Bold")
        for n in range(6):
            write(canvas, 60, 740 - 24 * n, [f"SIGL{n}"], font="Helvetica-Bold")
            write(canvas, 96, 740 - 24 * n, [": groupement de la vallée pour le calcul"])

    document = load(tmp_path, drawn(draw))
    assert texts(document, "heading") == ["Table des sigles"]
    assert "SIGL3 : groupement de la vallée" in document.text
