"""The same documents in a folder and in PostgreSQL: every answer is the same, but for its times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from answer_worlds import open_world

from assistant.answers import Question, to_record
from index.postgres.connection import Database

QUESTIONS = (
    "Quel montant le Chèque Phare apporte-t-il par entreprise ?",
    "Quelle aide pour une PME de 12 salariés à Nice ?",
    "Je suis une ETI de Nantes, quelles aides pour un diagnostic ?",
    "Quelles aides pour recruter ?",
    "Que publiera le portail des données ouvertes ?",
    "Qui a gagné le match hier soir ?",
)


def record(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in to_record(answer).items() if name != "timings_ms"}


@pytest.fixture
def both(tmp_path: Path, database: Database) -> Any:
    one, other = open_world(tmp_path / "index"), open_world(database)
    yield one, other
    one.close()
    other.close()


def test_every_answer_is_the_same(both: Any) -> None:
    one, other = both
    proposed = 0
    for text in QUESTIONS:
        found = [record(assistant.answer(Question(text))) for assistant in (one, other)]
        assert found[0] == found[1]
        proposed += len(found[0]["schemes"])
    assert proposed > 2, "schemes are among what is compared"
