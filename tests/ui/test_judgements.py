"""What the matching says of each criterion, in English for an English page: no French of ours is left in it."""

from __future__ import annotations

import itertools
import re
from importlib.resources import files

import pytest
import yaml

from assistant.answers import GivenProfile, Match
from ui.fragments.judgements import judged, labelled
from ui.service import match_company
from ui.translation import HOLE
from ui.words import load_page_words

ENGLISH, FRENCH = load_page_words("en"), load_page_words("fr")
FRENCH_OF_OURS = re.compile(
    r"\b(?:vous|êtes|dispositif|vise|critère|il faut|Région|Taille|Secteur|Besoin|entreprise|personnes?|santé|données)\b"
)
PROFILES = [
    GivenProfile(region, size, sector, need)
    for region, size, sector, need in itertools.product(
        (None, "Nantes", "Toulouse", "Corse"), (None, "4", "PME"), (None, "santé"), (None, "données", "formation")
    )
]


@pytest.fixture(scope="module")
def matches() -> list[Match]:
    return [match for profile in PROFILES for match in match_company(profile, "").schemes]


def test_what_would_change_a_verdict_is_said_in_english(matches: list[Match]) -> None:
    changes = {c.change for match in matches for c in match.criteria if c.change}
    assert len(changes) > 50
    assert [text for text in changes if judged(ENGLISH, text) == text] == []
    assert [said for text in changes if FRENCH_OF_OURS.search(said := judged(ENGLISH, text))] == []


def test_why_an_aid_is_ruled_out_is_said_in_english(matches: list[Match]) -> None:
    reasons = {reason for match in matches if match.verdict in ("not_eligible", "closed") for reason in match.reasons}
    assert len(reasons) > 20
    assert [text for text in reasons if judged(ENGLISH, text) == text] == []
    assert [said for text in reasons if FRENCH_OF_OURS.search(said := judged(ENGLISH, text))] == []


def test_what_a_company_said_is_labelled_in_english(matches: list[Match]) -> None:
    said = {c.company for match in matches for c in match.criteria if c.company}
    assert labelled(ENGLISH, "TPE (4 personnes)") == "micro-enterprise (TPE) (4 people)"
    assert [text for text in said if FRENCH_OF_OURS.search(labelled(ENGLISH, text))] == []


def test_in_french_everything_stays_as_it_was_said(matches: list[Match]) -> None:
    said = [text for match in matches[:40] for c in match.criteria for text in (c.change, c.company) if text]
    assert [judged(FRENCH, text) for text in said] == said
    assert labelled(FRENCH, "TPE (4 personnes)") == "TPE (4 personnes)"


def test_both_languages_hold_the_same_variables() -> None:
    rows = yaml.safe_load((files("ui") / "messages" / "judgements.yaml").read_text(encoding="utf-8"))
    assert [row for row in rows if set(HOLE.findall(row["fr"])) != set(HOLE.findall(row["en"]))] == []
