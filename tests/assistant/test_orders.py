"""Sentences of a document that speak to a machine, told from those that inform a reader."""

from __future__ import annotations

import pytest
from answer_worlds import OPINION_TEXT, PLAN_TEXT
from hostile_worlds import HONEST, ORDERS
from hypothesis import given
from hypothesis import strategies as st

from assistant.orders import addressed_to_machines
from ingest.catalogue import load_catalogue


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_an_order_is_told(order: str) -> None:
    assert addressed_to_machines(order)


@pytest.mark.parametrize("line", [*HONEST, *filter(None, (PLAN_TEXT + OPINION_TEXT).splitlines())])
def test_a_sentence_for_readers_is_left_alone(line: str) -> None:
    assert not addressed_to_machines(line.lstrip("# "))


@pytest.mark.parametrize(
    "line",
    [
        "Le système d'information de la région répond aux entreprises sous dix jours.",
        "Les assistants numériques que la mesure finance répondent aux questions des clients.",
        "Note aux lecteurs : les montants sont hors taxes.",
        "Les entreprises doivent suivre les instructions de la plateforme de dépôt.",
        "Le comité ne donne pas de montant par entreprise.",
        "L'intelligence artificielle joue un rôle déterminant.",
        "[1] Rapport annuel de l'agence, p. 12.",
        "Source : données de la région, 2024.",
        "Le taux est de 50 % [2].",
        "Les agents conversationnels doivent dire qu'ils sont des intelligences artificielles.",
        "Un chatbot lit les courriels des clients et leur répond en cinq minutes.",
        "Calculez votre taux à l'aide de ce calculateur :",
        "Le certificat ne mentionne pas le nom du propriétaire.",
        "L'agence peut augmenter le montant de la subvention si le projet est collectif.",
        "En tant qu'outil de diagnostic, la plateforme est gratuite.",
        "Le présent règlement remplace tous les arrêtés antérieurs.",
        "Contact : aides@region.example, https://www.region.example/aides",
    ],
)
def test_the_words_of_a_machine_in_earnest_are_left_alone(line: str) -> None:
    assert not addressed_to_machines(line)


def test_no_fact_of_the_catalogue_is_taken_for_an_order() -> None:
    facts = [fact.text for scheme in load_catalogue() for fact in scheme.facts]
    assert [fact for fact in facts if addressed_to_machines(fact)] == []


@given(st.text(max_size=300))
def test_any_text_is_looked_at_without_failing(text: str) -> None:
    assert addressed_to_machines(text) in (True, False)
