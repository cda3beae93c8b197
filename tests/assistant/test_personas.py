"""Who asks is no part of what is asked, unless the question leans on it."""

from __future__ import annotations

import pytest
from answer_worlds import SCHEMES

from assistant.answers import Question
from assistant.asking import RULED, Asking, routed
from assistant.personas import without_persona
from assistant.understanding import focused, understand

ASKED = "Quelles recommandations le comité des vergers adresse-t-il aux serres du nord ?"


@pytest.mark.parametrize(
    "persona",
    [
        "Journaliste à Nice :",
        "Étudiante en droit, je prépare un mémoire.",
        "Bonjour, je suis coiffeuse à Martigues.",
        "Directeur d'un Ehpad près de Rodez, je prends mes renseignements.",
        "Notre DAF veut un chiffre sûr.",
        "Nous préparons une conférence pour nos adhérents.",
        "Je gère la paie dans une PME de Cholet.",
        "Maire d'un village de 400 habitants :",
    ],
)
def test_what_the_asker_says_of_himself_is_left_out(persona: str) -> None:
    assert without_persona(f"{persona} {ASKED}", SCHEMES) == ASKED


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "Étudiant en botanique, je voudrais savoir sur quoi reposent les avis du comité des vergers.",
            "sur quoi reposent",
        ),
        ("Documentaliste à Apt, je cherche qui préside le comité des vergers du nord.", "je cherche qui préside"),
    ],
)
def test_so_is_the_wish_to_know(text: str, kept: str) -> None:
    assert without_persona(text, SCHEMES).startswith(kept)


@pytest.mark.parametrize(
    "text",
    [
        "Je lis 250 serres d'un côté et 200 vergers de l'autre : d'où viennent ces deux chiffres ?",
        "Je suis pomologue et j'ai lu que l'IA taille les arbres. Combien de vergers le rapport cite-t-il pour cela ?",
        "Lettre de saisine : envoyée par qui à qui ?",
        "J'ai le Chèque Phare. Combien de jours paie le dispositif au juste ?",
        "Je suis fleuriste. Et pour moi ?",
        ASKED,
    ],
)
def test_what_the_question_leans_on_is_kept(text: str) -> None:
    assert without_persona(text, SCHEMES) == text


def test_a_search_for_an_aid_keeps_what_describes_the_company() -> None:
    text = "Je dirige une menuiserie de 12 salariés à Angers. Y a-t-il une aide pour former mes équipes à l'IA ?"
    asked = understand(Question(text), SCHEMES)
    assert asked.intent == "which_aid"
    assert focused(asked, without_persona(text, SCHEMES), SCHEMES) is asked


def test_the_rules_and_the_vector_are_weighed() -> None:
    fact = understand(Question(ASKED), SCHEMES)
    assert routed(fact, Asking(which_aid=RULED / 2, read=True)).intent == fact.intent
    assert routed(fact, Asking(which_aid=RULED * 2, read=True)).intent == "which_aid"
    aid = understand(Question("Je dirige une menuiserie, quelle aide pour moi ?"), SCHEMES)
    assert routed(aid, Asking(which_aid=-RULED / 2, read=True)).intent == "which_aid"
    assert routed(aid, Asking(which_aid=-RULED * 2, read=True)).intent == "fact"
