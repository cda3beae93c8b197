"""Many companies: the same verdicts as one by one, each distinct profile matched once."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import assistant.portfolio as portfolio
from assistant.answers import GivenProfile
from assistant.eligibility import match_schemes
from assistant.portfolio import Company, match_companies
from assistant.profiles import Profile, understand_profile
from ingest.catalogue import load_schemes, load_vocabulary

TODAY = date(2025, 6, 1)
WORDS = load_vocabulary()
SCHEMES = load_schemes()
GIVEN = st.builds(
    GivenProfile,
    region=st.sampled_from([None, "Nantes", "06000", "Occitanie", "Atlantide"]),
    size=st.sampled_from([None, "12", "PME ; 300", "startup", "association"]),
    sector=st.sampled_from([None, "62.01Z", "menuiserie", "71.12B"]),
    need=st.sampled_from([None, "diagnostic", "cybersécurité et formation"]),
)


def make_company(line: int, **said: str) -> Company:
    return Company(line, f"Entreprise {line}", None, GivenProfile(**said))


@settings(max_examples=25, deadline=None)
@given(st.lists(GIVEN, min_size=1, max_size=3))
def test_a_company_among_others_has_the_verdicts_it_has_alone(given: list[GivenProfile]) -> None:
    companies = [Company(n, "x", None, said) for n, said in enumerate(given)]
    for fit, said in zip(match_companies(companies, SCHEMES, WORDS, today=TODAY), given, strict=True):
        alone = match_schemes(understand_profile("", said, (), WORDS), SCHEMES, today=TODAY)
        assert [(m.id, m.verdict) for m in fit.matches] == [(m.id, m.verdict) for m in alone]


def test_a_profile_met_twice_is_matched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Profile] = []
    monkeypatch.setattr(portfolio, "match_schemes", lambda profile, schemes, today: asked.append(profile) or [])
    companies = [make_company(n, region="Nantes", size=str(20 + n)) for n in range(5)]
    assert len(list(match_companies(companies, SCHEMES, WORDS, today=TODAY))) == 5
    assert len(asked) == 1


def test_what_means_nothing_is_named_and_left_unknown() -> None:
    (fit,) = match_companies([make_company(1, region="Atlantide", sector="71.12B")], SCHEMES, WORDS, today=TODAY)
    assert fit.not_understood == ("region",), "a NAF code without a sector of ours is understood"
    assert fit.profile == Profile()
