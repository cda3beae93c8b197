"""Passages: spans of their document that together cover it, with stable ids."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.documents import Block, Document, Kind, Page
from ingest.passages import cut

KINDS: tuple[Kind, ...] = ("heading", "paragraph", "list", "table", "note", "toc")


def make_document(parts: list[tuple[Kind, str]], *, doc: str = "essai", level: int = 1) -> Document:
    text, blocks = "", []
    for kind, content in parts:
        text += "\n\n" if text else ""
        blocks.append(Block(kind, len(text), len(text) + len(content), level if kind == "heading" else 0))
        text += content
    return Document(doc=doc, title="Essai", text=text, blocks=tuple(blocks))


words = st.text(alphabet="abcdé .;|\n-M1", min_size=1, max_size=400).filter(lambda t: bool(t.strip()))
documents = st.lists(st.tuples(st.sampled_from(KINDS), words), min_size=1, max_size=12).map(make_document)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may do other work
@given(documents, st.integers(60, 900))
def test_each_passage_is_a_span_and_together_they_cover_the_document(document: Document, max_chars: int) -> None:
    passages = cut(document, max_chars=max_chars)
    assert all(p.text == document.text[p.start : p.end] for p in passages)
    assert all(left.end <= right.start for left, right in zip(passages, passages[1:], strict=False))
    covered = {i for p in passages for i in range(p.start, p.end)}
    assert all(document.text[i].isspace() for i in range(len(document.text)) if i not in covered)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may do other work
@given(documents)
def test_ids_are_unique_and_the_same_at_every_run(document: Document) -> None:
    ids = [p.passage_id for p in cut(document)]
    assert len(set(ids)) == len(ids)
    assert ids == [p.passage_id for p in cut(document)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may do other work
@given(documents)
def test_no_passage_crosses_a_heading(document: Document) -> None:
    headings = [b for b in document.blocks if b.kind == "heading" and document.text[b.start : b.end].strip()]
    for passage in cut(document):
        assert not any(passage.start + passage.body < h.start < passage.end for h in headings)


def test_text_put_in_elsewhere_leaves_the_other_ids_alone() -> None:
    parts: list[tuple[Kind, str]] = [
        ("heading", "A"),
        ("paragraph", "Un. " * 80),
        ("heading", "B"),
        ("paragraph", "Deux."),
    ]
    before = {p.passage_id for p in cut(make_document(parts))}
    after = {
        p.passage_id for p in cut(make_document([*parts[:2], ("heading", "C"), ("paragraph", "Neuf."), *parts[2:]]))
    }
    assert before < after


def test_the_body_begins_after_the_headings_and_the_path_names_them() -> None:
    document = make_document([("heading", "Plan"), ("paragraph", "Le plan aide.")])
    (passage,) = cut(document)
    assert passage.text[passage.body :] == "Le plan aide."
    assert passage.heading == ("Plan",)


def test_a_list_stays_whole_with_the_sentence_that_introduces_it() -> None:
    items = "\n".join(f"- point {n} " + "mot " * 20 for n in range(12))
    passages = cut(
        make_document([("paragraph", "Phrase d'avant. " * 40), ("paragraph", "Les aides sont :"), ("list", items)])
    )
    holder = next(p for p in passages if p.kind == "list")
    assert holder.text.startswith("Les aides sont :")
    assert holder.text.rstrip().endswith("mot")
    assert "point 0 " in holder.text
    assert "point 11 " in holder.text


def test_a_table_is_cut_between_rows_and_its_pieces_name_the_columns() -> None:
    rows = "Aide | Montant\n" + "\n".join(f"Aide numéro {n} pour les entreprises | {n} 000 €" for n in range(60))
    passages = cut(make_document([("heading", "Aides"), ("table", rows)]))
    assert len(passages) > 1
    assert passages[1].heading == ("Aides", "Aide | Montant")
    assert all(p.text.rstrip().endswith("€") for p in passages)


def test_notes_and_contents_stay_apart_from_the_text() -> None:
    passages = cut(make_document([("toc", "Un ..... 1\nDeux ..... 2"), ("paragraph", "Texte."), ("note", "1 Note.")]))
    assert [p.kind for p in passages] == ["toc", "paragraph", "note"]


def test_small_paragraphs_of_one_section_share_a_passage() -> None:
    assert len(cut(make_document([("heading", "A"), ("paragraph", "Un."), ("paragraph", "Deux.")]))) == 1


def test_a_passage_knows_its_physical_page_and_its_label() -> None:
    document = make_document([("paragraph", "Un. " * 300), ("paragraph", "Fin. " * 100)])
    half = document.text.index("Fin.")
    document = replace(document, pages=(Page(1, "iv", 0, half), Page(2, "v", half, len(document.text))))
    passages = cut(document)
    assert (passages[0].page, passages[0].page_label) == (1, "iv")
    assert (passages[-1].page, passages[-1].page_label) == (2, "v")


def test_an_empty_document_has_no_passage() -> None:
    assert cut(Document(doc="vide", title="", text=" \n", blocks=())) == ()
