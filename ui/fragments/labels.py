"""Plain French for the codes of an answer: verdicts, states, natures, criteria."""

from __future__ import annotations

from datetime import date
from typing import Final

from ingest.schemes import State
from ui.fragments.markup import french_month

VERDICTS: Final = {
    "eligible": "Convient d'après ce que vous avez dit",
    "to_confirm": "À confirmer",
    "not_eligible": "Ne convient pas",
    "closed": "Terminée",
}
CRITERIA: Final = {"region": "Territoire", "size": "Taille", "sector": "Secteur", "need": "Besoin", "date": "Date"}
CRITERION_VERDICTS: Final = {
    "yes": "rempli",
    "no": "non rempli",
    "unknown_company": "vous ne l'avez pas dit",
    "unknown_scheme": "les documents ne le disent pas",
}
CRITERION_SIGNS: Final = {"yes": "✓", "no": "✗", "unknown_company": "?", "unknown_scheme": "–"}
NATURES: Final = {
    "plan": "plan voté",
    "law": "loi",
    "communique": "communiqué",
    "opinion": "avis",
    "press": "presse",
    "fiche": "fiche du guichet",
}
FIELDS: Final = {
    "purpose": "Ce que l'aide apporte",
    "audience": "Pour qui",
    "amount": "Montant",
    "amount_per_company": "Montant par entreprise",
    "rate": "Taux",
    "cost": "Coût pour vous",
    "duration": "Durée",
    "dates": "Calendrier",
    "deadline": "Date limite",
    "targets": "Objectifs",
    "results": "Résultats",
    "operator": "Qui la porte",
    "partners": "Partenaires",
    "prescribers": "Qui peut vous orienter",
    "how_to_apply": "Comment la demander",
    "contact": "Contact",
    "conditions": "Conditions",
    "cumulation": "Cumul",
}


def state_label(state: str, as_of: date | str | None) -> str:
    """The state as its source says it, with the month it was said; what is only announced is never shown as open."""
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    when = f" en {french_month(day)}" if day else ""
    since = f" (d'après un document de {french_month(day)})" if day else " (d'après le document)"
    said: dict[State, str] = {
        "announced": f"annoncée{when}, ouverture non attestée",
        "voted": f"votée{when}, ouverture non attestée",
        "open": f"ouverte{since}",
        "experimental": f"expérimentale{since}",
        "running": f"en cours{since}",
        "ended": "terminée",
        "unknown": "état non précisé par les documents",
    }
    return next((label for name, label in said.items() if name == state), said["unknown"])
