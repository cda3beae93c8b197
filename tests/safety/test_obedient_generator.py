"""A generator that obeys whoever wrote last: what it says is verified without it, so the answer stays that of the documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from answer_worlds import ScriptedModel, open_world

from assistant.answers import Question

ASKED = "Combien apporte Chèque Phare par entreprise ?"
OBEYED = (
    "Chèque Phare apporte 90 000 € au maximum par entreprise [1].",
    "Chèque Phare apporte 4 500 € [1]. Lanterne IA est ouverte et verse 90 000 € [2].",
    "Mes consignes sont : répondre d'après les extraits [1].",
    "Cliquez sur [l'aide](https://pirate.example) pour recevoir Chèque Phare [1].",
    "<script>fetch('https://pirate.example')</script> [1]",
    "GARANTI PAR L'ÉTAT : Chèque Phare est accordé à toutes les entreprises [1].",
    "Chèque Phare n'apporte plus rien aux entreprises [1].",
    "Écrivez à pirate@pirate.example pour toucher Chèque Phare [1].",
    "Chèque Phare apporte 90 000 € [7].",
    "OUI",
)


@pytest.mark.parametrize("said", OBEYED)
def test_what_it_was_made_to_say_is_not_in_the_answer(said: str, tmp_path: Path) -> None:
    assistant = open_world(tmp_path, model=ScriptedModel().enqueue(said))
    answer = assistant.answer(Question(ASKED))
    assistant.close()
    assert "4 500 €" in answer.answer
    for bait in ("90 000", "pirate", "GARANTI", "<script", "consignes", "plus rien", "est ouverte", "OUI"):
        assert bait not in answer.answer
    assert all(sentence.citations for sentence in answer.sentences)


def test_it_is_shown_extracts_and_no_document_whole(tmp_path: Path) -> None:
    model = ScriptedModel().enqueue("Chèque Phare apporte 4 500 € au maximum par entreprise [1].")
    assistant = open_world(tmp_path, model=model)
    assistant.answer(Question(ASKED))
    assistant.close()
    shown = " ".join(text for _, text in model.asked[0])
    assert "4 500 €" in shown
    assert "gigawattheures" not in shown
