"""The canned sentences: a name between the quotation marks of the language, whatever marks it holds itself."""

from __future__ import annotations

import pytest

from assistant.wording import load_wording


@pytest.mark.parametrize(
    ("language", "name", "quoted"),
    [
        ("fr", "Bouclier cyber", "« Bouclier cyber »"),
        ("fr", "Filière « IA Occitanie »", "« Filière “IA Occitanie” »"),
        ("fr", 'Le "bouclier" et « le reste »', "« Le “bouclier” et “le reste” »"),
        ("en", "Filière « IA Occitanie »", "“Filière ‘IA Occitanie’”"),
    ],
)
def test_quotation_marks_do_not_nest(language: str, name: str, quoted: str) -> None:
    assert load_wording(language).quoted(name) == quoted
