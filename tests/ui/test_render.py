"""What a person reads in the terminal."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from assistant.answers import Answer, Citation, CriterionMatch, Match, Sentence
from ui.console import plain
from ui.fragments.sources import about
from ui.render import answer_lines, match_table, source_lines
from ui.words import load_page_words, load_words

FR = load_words("fr")
CITATION = Citation(
    1,
    "plan",
    "Plan régional",
    "Le diagnostic dure cinq jours.",
    "p1",
    19,
    ("Axe 2", "Diagnostics"),
    None,
    "plan",
    "2024-06-28",
)
ANSWER = Answer("1", "Combien ?", "answered", None, "Cinq jours [1].", (Sentence("Cinq jours.", (1,)),), (CITATION,))
MATCH = Match("a", "Aide A", "to_confirm", "announced", "2024-06-28", (), ("Région : oui.",), ("effectif",))


def test_a_source_says_where_its_quote_stands() -> None:
    assert source_lines(CITATION, FR) == [
        "[1] Plan régional, p. 19, Axe 2 › Diagnostics (plan, 2024-06-28)",
        "    « Le diagnostic dure cinq jours. »",
    ]


def test_a_source_without_page_nor_date_stays_readable() -> None:
    bare = replace(CITATION, page=None, heading=(), nature=None, date=None, url="https://example.org/plan")
    assert source_lines(bare, FR) == [
        "[1] Plan régional",
        "    « Le diagnostic dure cinq jours. »",
        "    https://example.org/plan",
    ]


def test_a_summary_that_this_desk_wrote_is_never_shown_as_the_document() -> None:
    digest = replace(CITATION, doc="dossier-plan", page=None, heading=(), date=None)
    assert source_lines(digest, FR)[0] == "[1] Plan régional (résumé du guichet, d'après : plan)"
    page = load_page_words("fr")
    assert about(page, digest) == "résumé du guichet, d'après\u00a0: plan"
    assert about(page, replace(CITATION, page=None)) == "plan · 28 juin 2024"


def test_a_heading_that_repeats_the_title_is_said_once() -> None:
    fiche = replace(CITATION, title="DIVA", heading=("DIVA",), page=None, nature="fiche", date=None)
    assert source_lines(fiche, FR)[0] == "[1] DIVA (fiche du guichet)"


def test_the_answer_comes_first_then_its_sources() -> None:
    lines = answer_lines(ANSWER, FR)
    assert lines[0] == "Cinq jours [1]."
    assert lines[2] == "Sources"


def test_an_announced_aid_is_never_shown_as_open() -> None:
    lines = answer_lines(replace(ANSWER, schemes=(MATCH,)), FR)
    (line,) = [line for line in lines if "Aide A" in line]
    assert "à confirmer" in line
    assert "ouverture non attestée" in line
    assert "au 2024-06-28" in line
    assert "effectif" in line


def test_an_abstention_offers_no_source() -> None:
    silent = Answer(
        "1", "?", "abstained", "not_in_documents", "Les documents ne le disent pas.", follow_ups=("Et sinon ?",)
    )
    assert answer_lines(silent, FR) == ["Les documents ne le disent pas.", "", "Pour aller plus loin", "- Et sinon ?"]


@pytest.mark.parametrize("hostile", ["\x1b[2Jrouge", "\x9b31mrouge", "a\u202eb", "a\x07b", "a\rb", "\ud800a"])
def test_a_document_cannot_command_the_terminal(hostile: str) -> None:
    for line in answer_lines(replace(ANSWER, answer=hostile, citations=(replace(CITATION, title=hostile),)), FR):
        assert plain(line) == line
        assert not set(line) & set("\x1b\x9b\u202e\x07\r\ud800")


def test_criteria_without_reasons_are_named() -> None:
    criterion = CriterionMatch("size", "unknown_company", None, "PME", None)
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(match_table([replace(MATCH, reasons=(), criteria=(criterion,), missing=())], FR))
    assert "taille : l'entreprise ne l'a pas dit" in console.export_text()
    spoken = replace(criterion, company="startup")
    console.print(match_table([replace(MATCH, reasons=(), criteria=(spoken,), missing=())], FR))
    assert "taille : à confirmer" in console.export_text()
