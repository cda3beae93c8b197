"""Dossiers and tables to keep: what they say, and the files opened again."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers import Answer, Citation, CriterionMatch, GivenProfile, Match, Question
from ingest.catalogue import load_schemes, load_vocabulary
from ingest.errors import GuichetError
from ui.exports.case import case_dossier, conversation_dossier, selection_dossier
from ui.exports.cells import csv_bytes, safe_cell
from ui.exports.dossier import Bibliography, Bullets, Dossier, Paragraph, Section, Table, make_dossier, pieces
from ui.exports.formats import document_bytes, table_bytes
from ui.exports.selections import compare, kind_label, selection_rows
from ui.words import load_page_words

FR, EN = load_page_words("fr"), load_page_words("en")
DAY = date(2026, 11, 22)
SCHEMES = load_schemes()
VOCABULARY = load_vocabulary()
HARD = "Œuvre d’Évian : 60\u202fM€, 1\u00a0234 € — « ça », “mot”, n°\u2011 ½ …"


def make_citation(n: int, quote: str, page: int | None = 19) -> Citation:
    return Citation(
        n, "plan", "Plan Sud", quote, f"p{n}", page, ("Mesure 15",), "https://exemple.fr/plan", "plan", "2024-06-28"
    )


def make_match() -> Match:
    source = {"doc": "plan", "heading": ["Mesure 15"], "page": 4}
    criteria = (
        CriterionMatch("region", "yes", "PACA", "Être en PACA.", source),
        CriterionMatch("size", "unknown_company", None, "Être une TPE.", None),
    )
    return Match("a", "Mon aide", "to_confirm", "announced", "2024-06-28", criteria, (), ("effectif",))


def make_exchanges() -> list[tuple[Question, Answer]]:
    first = Answer(
        "1", "Quel budget ?", "answered", None, f"Le plan a 60 M€ [2].\n- {HARD} [1]\n- un mot [9].",
        citations=(make_citation(1, "Un autre passage."), make_citation(2, f"Le plan dispose de {HARD}")),
        schemes=(make_match(),), profile=GivenProfile(region="Occitanie"), follow_ups=("Et la durée ?",),
    )  # fmt: skip
    second = Answer(
        "2", "Et ici ?", "answered", None, "Pareil [1].", citations=(make_citation(1, "Un autre passage."),)
    )
    third = Answer("3", "Qui ?", "abstained", "no_passage", "Les documents ne disent rien [1].")
    return [(Question(a.question), a) for a in (first, second, third)]


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return conversation_dossier(FR, make_exchanges(), {"plan": "Plan Sud"}, VOCABULARY, DAY, "Atelier Rey")


def texts(dossier: Dossier) -> list[str]:
    found = []
    for section in dossier.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                found.append(block.text)
            elif isinstance(block, Bullets):
                found += block.items
            else:
                found += [cell for row in block.rows for cell in row]
    return found


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def word_text(content: bytes) -> str:
    body = docx.Document(io.BytesIO(content)).element.body
    return " ".join("".join(node.text or "" for node in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def test_marks_are_numbered_once_for_the_whole_conversation(dossier: Dossier) -> None:
    said = texts(dossier)
    assert [source.n for source in dossier.sources] == [1, 2, 3]  # the third: a place of the plan, for a criterion
    assert any("60 M€ [2]" in text for text in said)
    assert any("Pareil [1]." in text for text in said)
    marks = {int(n) for text in said for n in re.findall(r"\[(\d+)\]", text)}
    assert marks == {1, 2, 3}


def test_a_mark_without_a_source_goes_and_a_refusal_shows_none(dossier: Dossier) -> None:
    said = texts(dossier)
    assert "un mot." in said
    assert "Les documents ne disent rien." in said


def test_the_date_the_person_and_the_notice_stand_in_front(dossier: Dossier) -> None:
    assert dossier.about == "Établi le 22 novembre 2026 pour Atelier Rey"
    assert "ce que les documents publics disaient à la date" in dossier.notice
    assert "ce n'est pas une décision" in dossier.notice


def test_a_verdict_sheet_tells_the_outcomes_apart(dossier: Dossier) -> None:
    (table,) = [block for section in dossier.sections for block in section.blocks if isinstance(block, Table)]
    assert table.rows[0][:4] == ("Territoire", "rempli", "PACA", "Être en PACA.")
    assert table.rows[1][1] == "vous ne l'avez pas dit"
    assert table.rows[1][4] == "–"
    assert any("annoncée en juin 2024, ouverture non attestée" in text for text in texts(dossier))


def test_an_empty_conversation_or_selection_is_one_sentence() -> None:
    with pytest.raises(GuichetError, match="La conversation est vide"):
        conversation_dossier(FR, [], {}, VOCABULARY, DAY)
    with pytest.raises(GuichetError, match="choisissez-en au moins une"):
        selection_dossier(FR, [], {}, VOCABULARY, DAY)


def test_a_conversation_and_schemes_share_one_list_of_sources() -> None:
    made = case_dossier(FR, make_exchanges(), SCHEMES[:2], {}, VOCABULARY, DAY)
    assert made.title == "Dossier d'accompagnement"
    assert [section.title for section in made.sections][-2:] == [scheme.name for scheme in SCHEMES[:2]]
    assert [source.n for source in made.sources] == list(range(1, len(made.sources) + 1))
    with pytest.raises(GuichetError, match="rien à emporter"):
        case_dossier(FR, (), (), {}, VOCABULARY, DAY)


def test_the_pdf_says_every_sign_and_embeds_its_fonts(dossier: Dossier) -> None:
    content = document_bytes(dossier, "pdf")
    reader = pypdf.PdfReader(io.BytesIO(content))
    said = pdf_text(content)
    # no-break spaces are drawn as such and read back as spaces; a no-break hyphen is drawn as a hyphen
    for piece in ("Œuvre d’Évian : 60 M€", "1 234 €", "« ça », “mot”", "n°- ½ …", "Établi le 22 novembre 2026"):
        assert piece in said.replace("\u00a0", " "), piece
    fonts = [f.get_object() for page in reader.pages for f in page["/Resources"]["/Font"].get_object().values()]  # type: ignore[index]
    assert all("Source" in str(font["/BaseFont"]) for font in fonts if font["/Subtype"] == "/TrueType")
    assert all(
        "/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts if font["/Subtype"] == "/TrueType"
    )
    assert reader.trailer["/Root"]["/Lang"] == "fr-FR"  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == "Dossier de conversation"
    assert [item.title for item in reader.outline if not isinstance(item, list)][-1] == "Sources"  # type: ignore[union-attr]
    assert f"Page 1 sur {len(reader.pages)}" in said


Node = tuple[str, str]  # an element of the structure, and the text drawn of it


def structure(content: bytes) -> list[Node]:
    """The elements of a PDF in their order, each with its own text; every text drawn is one of an element, or apart."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    drawn: dict[tuple[int, int], str] = {}
    for n, page in enumerate(reader.pages):
        assert page["/StructParents"] == n
        open_: list[int | None] = []

        def seen(operator: Any, operands: Any, _: Any, __: Any, n: int = n, open_: list[int | None] = open_) -> None:
            if operator in (b"BDC", b"BMC"):
                open_.append(operands[1]["/MCID"] if operator == b"BDC" else None)
            elif operator == b"EMC":
                open_.pop()
            elif operator in (b"Tj", b"TJ", b"'"):
                assert open_, "a text is drawn out of every mark"

        def told(text: str, *_: Any, n: int = n, open_: list[int | None] = open_) -> None:
            if open_ and open_[-1] is not None:
                drawn[n, open_[-1]] = drawn.get((n, open_[-1]), "") + text

        page.extract_text(visitor_operand_before=seen, visitor_text=told)
    owners = {}
    nums = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    links = {}
    for n, row in zip(nums[::2], nums[1::2], strict=True):
        if n >= len(reader.pages):
            (place,) = row.get_object()["/K"]
            links[int(n)] = place["/Obj"]
            assert place["/Obj"]["/StructParent"] == n
            assert place["/Obj"]["/Contents"]  # what it is called
            continue
        owners |= {(int(n), mark): owner.idnum for mark, owner in enumerate(row)}
    number = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages)}  # type: ignore[union-attr]
    nodes: list[Node] = []

    def walk(reference: Any) -> None:
        element = reference.get_object()
        marks = [kid for kid in element["/K"] if kid.get_object().get("/Type") == "/MCR"]
        places = [(number[mark.raw_get("/Pg").idnum], int(mark["/MCID"])) for mark in marks]
        for place in places:
            assert owners.pop(place) == reference.idnum
        nodes.append((element["/S"][1:], " ".join(" ".join(drawn.get(place, "") for place in places).split())))
        for kid in element["/K"]:
            if kid.get_object().get("/Type") == "/StructElem":
                walk(kid)

    walk(root["/StructTreeRoot"]["/K"][0])
    assert owners == {}  # every mark is of an element of the tree
    assert (
        len(links) == [kind for kind, _ in nodes].count("Link") == sum(len(p.get("/Annots", ())) for p in reader.pages)
    )
    return nodes


def test_the_pdf_is_tagged_so_that_a_screen_reader_tells_titles_lists_and_tables(dossier: Dossier) -> None:
    nodes = structure(document_bytes(dossier, "pdf"))
    assert [kind for kind, _ in nodes[:4]] == ["Document", "H1", "P", "P"]
    assert nodes[1][1] == "Dossier de conversation"
    assert ("H2", "Sources") in nodes
    kinds = [kind for kind, _ in nodes]
    assert {"H2", "P", "Table", "TR", "TH", "TD", "Link"} <= set(kinds)
    table = next(b for section in dossier.sections for b in section.blocks if isinstance(b, Table))
    first = kinds.index("Table")
    head = nodes[first + 2 : first + 2 + len(table.head)]
    assert head == [("TH", title) for title in table.head]
    assert kinds.count("TR") == 1 + len(table.rows)


def test_the_tags_of_the_pdf_hold_over_many_pages() -> None:
    long = "Une phrase assez longue pour que le paragraphe passe à la page suivante. " * 90
    row = ("Un critère", "une cellule. " * 30)
    blocks = (Paragraph(long), Bullets(("Un point", long)), Table(("Tête", "Autre"), (row,) * 30, (1, 2)))
    made = make_dossier(FR, "Long", "", (Section("Partie", blocks),), ())
    content = document_bytes(made, "pdf")
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) > 4
    nodes = structure(content)
    (whole,) = [text for kind, text in nodes if kind == "P" and text.startswith("Une phrase")]
    assert whole.count("page suivante.") == 90  # the paragraph is one, on whatever pages
    assert [text for kind, text in nodes if kind == "TH"] == ["Tête", "Autre"]  # read once
    assert [kind for kind, _ in nodes].count("TR") == 31


def test_the_marks_of_the_pdf_lead_to_their_sources(dossier: Dossier) -> None:
    reader = pypdf.PdfReader(io.BytesIO(document_bytes(dossier, "pdf")))
    links = [a.get_object() for page in reader.pages for a in page.get("/Annots", [])]
    places = {(link["/Dest"][0].idnum, float(link["/Dest"][3])) for link in links if "/Dest" in link}
    assert len(places) == 3
    assert any(link.get("/A", {}).get("/URI") == "https://exemple.fr/plan" for link in links)


def test_the_word_file_has_headings_links_and_a_language(dossier: Dossier) -> None:
    content = document_bytes(dossier, "docx")
    opened = docx.Document(io.BytesIO(content))
    said = word_text(content)
    assert HARD in said
    assert "Établi le 22 novembre 2026 pour Atelier Rey" in said
    headings = [p.text for p in opened.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == ["Question 1", "Question 2", "Question 3", "Sources"]
    anchors = {link.get(qn("w:anchor")) for link in opened.element.body.iter(qn("w:hyperlink"))} - {None}
    bookmarks = {mark.get(qn("w:name")) for mark in opened.element.body.iter(qn("w:bookmarkStart"))}
    assert anchors == {"source-1", "source-2", "source-3"} == bookmarks
    assert opened.core_properties.language == "fr-FR"


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    bad = Citation(1, "d", "D", "Mot.", "p", None, (), "javascript:alert(1)")
    answer = Answer("1", "q", "answered", None, "Mot [1].", citations=(bad,))
    made = conversation_dossier(FR, [(Question("q"), answer)], {}, VOCABULARY, DAY)
    reader = pypdf.PdfReader(io.BytesIO(document_bytes(made, "pdf")))
    assert "javascript" not in str([a.get_object() for page in reader.pages for a in page.get("/Annots", [])])
    assert "javascript" not in word_text(document_bytes(made, "docx"))


def test_a_selection_gives_each_fact_its_source() -> None:
    made = selection_dossier(FR, SCHEMES[:5], {}, VOCABULARY, DAY)
    facts = [row[1] for s in made.sections for b in s.blocks if isinstance(b, Table) for row in b.rows[:1]]
    assert facts
    assert all(re.search(r"\[\d+\]$", text) for text in facts)
    assert [section.title for section in made.sections] == [scheme.name for scheme in SCHEMES[:5]]


@pytest.mark.parametrize("words", [FR, EN], ids=["fr", "en"])
def test_the_whole_catalogue_is_written_in_every_format(words: object) -> None:
    made = selection_dossier(words, SCHEMES, {}, VOCABULARY, DAY)  # type: ignore[arg-type]
    names = [re.sub(r"\s+", " ", scheme.name) for scheme in SCHEMES]
    said = pdf_text(document_bytes(made, "pdf")).replace("\u00a0", " ")
    assert [name for name in names if name not in said] == []
    rows = list(selection_rows(words, SCHEMES, {}, VOCABULARY))  # type: ignore[arg-type]
    sheet = openpyxl.load_workbook(io.BytesIO(table_bytes(rows, "xlsx", "Aides"))).worksheets[0]
    assert (sheet.max_row, sheet.max_column) == (len(SCHEMES) + 1, len(rows[0]))
    assert sheet.freeze_panes == "A2"
    read = list(csv.reader(io.StringIO(table_bytes(rows, "csv", "Aides").decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in read[1:]] == [scheme.name for scheme in SCHEMES]


def test_every_nature_of_aid_has_its_words() -> None:
    for kind in {scheme.kind for scheme in SCHEMES}:
        assert kind_label(FR, kind) == kind
        assert EN.get(f"exports.kinds.{kind}")


def test_a_comparison_keeps_a_cell_a_scheme_and_no_line_of_silence() -> None:
    lines = compare(FR, SCHEMES[:3], {}, VOCABULARY)
    assert {len(line.cells) for line in lines} == {3}
    assert all(any(cell.texts for cell in line.cells) for line in lines)
    assert [line.title for line in lines[:3]] == ["Nature", "Territoire", "État"]
    facts = [fact.text for fact in SCHEMES[0].facts]
    assert [text for text in facts if not any(text in line.cells[0].texts for line in lines)] == []


@pytest.mark.parametrize(
    "text", ["=1+1", "+33", "-2", "- 2+3", "@SUM(A1)", "\t=1", " =1", "\u00a0=cmd|' /C calc'!A0", "＝1"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text).startswith("'")
    cell = openpyxl.load_workbook(io.BytesIO(table_bytes([["tête"], [text]], "xlsx", "x"))).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


@given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=2), max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_csv_gives_back_its_rows_and_never_a_formula(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_bytes(rows).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(read) == len(rows)
    assert not any(re.match(r"[\s\u00a0]*[=+\-@]", cell) for row in read for cell in row)


@given(st.text(max_size=200))
@settings(max_examples=25, deadline=None)
def test_any_text_can_be_written(text: str) -> None:
    citation = Citation(1, "d", text or "D", text or "Mot", "p", None, (text,))
    answer = Answer("1", text, "answered", None, f"{text} [1]", citations=(citation,))
    made = conversation_dossier(FR, [(Question(text), answer)], {}, VOCABULARY, DAY, text)
    assert len(pypdf.PdfReader(io.BytesIO(document_bytes(made, "pdf"))).pages) >= 1
    docx.Document(io.BytesIO(document_bytes(made, "docx")))


def test_markup_in_a_text_stays_text() -> None:
    attack = '<a href="file:///etc/passwd">x</a> & <img src="x"/>'
    answer = Answer("1", attack, "answered", None, attack)
    made = conversation_dossier(FR, [(Question(attack), answer)], {}, VOCABULARY, DAY)
    assert '<a href="file:///etc/passwd">x</a> & <img src="x"/>' in pdf_text(document_bytes(made, "pdf"))


def test_pieces_give_back_the_text() -> None:
    text = "a [1][2] b [7]"
    assert "".join(piece for piece, _ in pieces(text, frozenset({1, 2}))) == text
    assert [n for _, n in pieces(text, frozenset({1, 2})) if n] == [1, 2]


def test_a_place_cited_twice_has_one_number() -> None:
    book = Bibliography(FR, {})
    fact = SCHEMES[0].facts[0]
    assert book.fact(fact.source) == book.fact(fact.source) == 1
