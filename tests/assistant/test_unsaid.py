"""What is said or is not: an answer is never made where the form of the value asked stands nowhere in the evidence."""

from __future__ import annotations

from typing import Any

import pytest
from answer_worlds import ask, make_unit

from assistant.evidence import Unit, answers_type
from assistant.sufficiency import decide, support
from assistant.unsaid import unsaid


def told(question: str, *texts: str, **fields: Any) -> bool:
    """Whether the question is told by these sentences, each measured as when it is read."""
    understood = ask(question)
    kept = [_unit(text, question, **fields) for text in texts]
    decision = decide(understood, support(understood, kept, lambda _: 2.0, lambda _: 1))
    return not unsaid(decision, understood, kept)


def _unit(text: str, question: str, **fields: Any) -> Unit:
    understood = ask(question)
    expected = any(answers_type(part, understood, text) for part in understood.parts)
    return make_unit(text, **({"similarity": 0.9, "expected": expected, "coverage": 0.8, "own": 0.8} | fields))


@pytest.mark.parametrize(
    ("question", "text", "answered"),
    [
        ("prix adhésion Clubsoleil", "Clubsoleil réunit des entreprises du numérique.", False),
        ("prix adhésion Clubsoleil", "L'adhésion à Clubsoleil est de 90 €.", True),
        ("prix adhésion Clubsoleil", "L'adhésion à Clubsoleil est gratuite.", True),
        ("Combien d'agents testent l'outil ?", "Une cohorte d'agents teste l'outil sur 10 cas d'usage.", False),
        ("Combien d'agents testent l'outil ?", "Parmi eux, 40 agents testent l'outil.", True),
        ("Combien d'agents testent l'outil ?", "L'outil est testé par 16 % des agents.", True),
        ("nb agents qui testent l'outil", "Une cohorte d'agents teste l'outil.", False),
        ("nb agents qui testent l'outil", "L'outil compte des testeurs : agents (40), élus (12).", True),
        ("Dans quelle commune est le centre ?", "Le centre sert à la recherche d'Occitanie.", False),
        ("Dans quelle commune est le centre ?", "Le centre a ouvert à Rodez.", True),
        ("Dans quelle ville est né le projet ?", "Le projet est né à Bletchley.", True),
        ("Quel jour précis aura lieu le rendez-vous ?", "Le rendez-vous aura lieu à l'automne 2024.", False),
        ("Quel jour précis aura lieu le rendez-vous ?", "Le rendez-vous aura lieu le 7 mai 2024.", True),
        ("Combien de jours dure le suivi gratuit ?", "Le suivi est gratuit.", False),
    ],
)
def test_the_form_of_what_is_asked_stands_in_the_evidence(question: str, text: str, answered: bool) -> None:
    understood = ask(question)
    decision = decide(understood, support(understood, [_unit(text, question)], lambda _: 2.0, lambda _: 1))
    assert (told(question, text) and "expected" not in decision.failed) is answered


def test_the_sum_shared_out_is_not_the_share_of_one() -> None:
    question = "Sur les 14 M€ de la recherche, combien reviennent à ANITI ?"
    assert not told(question, "14 M€ vont à la recherche, en particulier à ANITI.", "La filière reçoit 22 M€.")
    assert told(question, "14 M€ vont à la recherche, dont 3 M€ à ANITI.")
    assert told("Combien reçoit ANITI ?", "14 M€ vont à ANITI.")


def test_a_sum_told_of_something_else_is_no_answer() -> None:
    question = "Quel est le montant de la prime des ateliers ?"
    assert not told(question, "La prime des ateliers est remise en mai.", "Le plan est doté de 60 M€.")
    assert told(question, "La prime des ateliers est de 500 €.", "Le plan est doté de 60 M€.")


@pytest.mark.parametrize(
    ("question", "text", "answered"),
    [
        ("Quelle société a été retenue pour le marché ?", "Les opérateurs sont choisis par un marché public.", False),
        ("Quelle société a été retenue pour le marché ?", "La société Lumen a été retenue pour le marché.", True),
        ("Qui a remporté le prix de l'année ?", "Le comité désigne le prix de l'année.", False),
        ("Qui a remporté le prix de l'année ?", "La lauréate du prix de l'année est Anne Martin.", True),
        ("Combien de dossiers ont été refusés ?", "Sept critères servent à juger les 40 dossiers.", False),
        ("Combien de dossiers ont été refusés ?", "Le jury a rejeté 12 dossiers.", True),
        ("Combien de TPE sont inscrites ?", "Le programme vise 50 TPE.", False),
    ],
)
def test_what_came_out_of_it_must_be_told(question: str, text: str, answered: bool) -> None:
    understood = ask(question)
    decision = decide(understood, support(understood, [_unit(text, question)], lambda _: 2.0, lambda _: 1))
    assert ("required" not in decision.failed) is answered


@pytest.mark.parametrize(
    ("question", "text", "failed"),
    [
        ("Quel est le taux de subvention des serres ?", "Les serres emploient 40 % de femmes.", "required"),
        ("Quel est le taux de subvention des serres ?", "L'aide couvre 40 % des dépenses des serres.", None),
        ("Quel effectif minimum pour la pépinière ?", "La pépinière compte 12 salariés.", "required"),
        ("Quel effectif minimum pour la pépinière ?", "La pépinière demande au moins 12 salariés.", None),
        ("Sous quel délai le jury répond-il ?", "Le jury répond depuis 3 mois.", "required"),
        ("Sous quel délai le jury répond-il ?", "Le jury répond sous deux semaines.", None),
        ("Quel est le délai de réponse du jury ?", "Le jury répond depuis 3 ans.", "required"),
        ("Quel est le délai de réponse du jury ?", "Le jury répond dans les deux mois.", None),
        ("Dans quelle salle est l'atelier des potiers ?", "L'atelier des potiers est à Rodez.", "expected"),
        ("Dans quelle salle est l'atelier des potiers ?", "L'atelier des potiers est au palais des arts.", None),
        ("Quel montant par doctorant verse la serre ?", "La serre verse 300 000 € aux thèses.", "qualified"),
        ("Quel montant par doctorant verse la serre ?", "La serre verse 300 € par doctorant.", None),
        ("Combien d'euros de pénalité pour un retard ?", "Le retard d'un car coûte 500 €.", "asked"),
        ("Combien d'euros de pénalité pour un retard ?", "La pénalité d'un retard est de 500 €.", None),
        ("Combien touche une PME avec Chèque Phare ?", "Chèque Phare est doté de 9 M€.", "attribute"),
        ("Combien touche une PME avec Chèque Phare ?", "Chèque Phare va jusqu'à 4 500 € par entreprise.", None),
        ("Et pourquoi ?", "Le comité a fermé le port.", "required"),
    ],
)
def test_it_is_said_in_such_words_or_held_back(question: str, text: str, failed: str | None) -> None:
    understood = ask(question)
    decision = decide(understood, support(understood, [_unit(text, question)], lambda _: 2.0, lambda _: 1))
    assert (failed in decision.failed) if failed else decision.answer


@pytest.mark.parametrize(
    ("question", "text", "answered"),
    [
        ("Combien d'entreprises du Gers ont été aidées ?", "La région a aidé 400 entreprises.", False),
        ("Combien d'entreprises du Gers ont été aidées ?", "Dans le Gers, 40 entreprises ont été aidées.", True),
        ("Quel budget pour les digues du Var ?", "Les digues ont un budget de 3 M€.", False),
        ("Quel budget pour les digues du Var ?", "Les digues du Var ont un budget de 3 M€.", True),
        ("Quel budget pour nos digues du Var ?", "Les digues ont un budget de 3 M€.", True),
        ("Qui a construit les digues du Var ?", "La société Lumen a construit les digues.", True),
    ],
)
def test_the_number_of_a_region_is_not_that_of_its_department(question: str, text: str, *, answered: bool) -> None:
    assert told(question, text) is answered


def test_a_department_may_be_named_by_a_heading() -> None:
    question, text = "Quel budget pour les digues du Var ?", "Les digues ont un budget de 3 M€."
    assert told(question, text, heading=("Le Var",))
    assert not told(question, text, heading=("Le Gard",))


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("Qui porte Lanterne IA ?", True),
        ("Qui dirige Lanterne IA ?", True),
        ("Qui pilote Lanterne IA au quotidien ?", True),
        ("Comment s'appelle la directrice de Lanterne IA ?", False),
        ("Quel est le nom de la personne qui pilote Lanterne IA ?", False),
        ("Qui dirige la serre des potiers ?", False),
    ],
)
def test_a_body_answers_who_runs_an_aid_and_not_what_someone_is_called(question: str, *, answered: bool) -> None:
    understood = ask(question)
    text = "Lanterne IA est portée par l'agence Clarté."
    assert all(answers_type(part, understood, text) for part in understood.parts) is answered
