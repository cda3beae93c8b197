"""Whether a text holds a value of the type a question expects: an amount, a share, a date, a name…"""

from __future__ import annotations

import re

from assistant.cues import Expected
from assistant.figures import Figure, dates, figures
from assistant.folding import fold
from assistant.people import holders
from assistant.territories import places
from assistant.wording import load_cues

DURATIONS = frozenset({"hour", "day", "week", "month", "quarter", "half-year", "year", "minute"})
_PHONE = re.compile(r"(?:\+33\s?|\b0)[1-9](?:[ .-]?\d{2}){4}\b")
_CONTACT = re.compile(r"@|https?://|www\.|\b\w[\w-]*\.(?:eu|fr|org|com|gouv)\b|(?:\b\d{2}[ .]){4}\d{2}\b")
_PLACE = re.compile(r"\b(?:à|au|aux|en|dans|sur|près de|chez|de|d')\s*(?:l'|la |le |les )?[A-ZÉÈÀÎ][\w'-]+")
_AT = re.compile(r"\b(?:à|au) [A-ZÉÈÎ][\w'-]+")  # a town of another country
_NAME = re.compile(r"(?<=[\w,;:’'(«] )[«(]?\s?(?:[A-ZÉÈÀÎÔ][\w&’'+-]+|[a-z]+[A-Z]\w+)|\b[A-Z]{2,}\w*|l'[A-ZÉ]\w+")
_GROUP = re.compile(
    r"\b(chambres?|organis\w+|comite|conseil|pole|poles|cluster|region|etat|universite\w*|laboratoires?|experts?|villes?|"
    r"entreprises?|societe|syndicats?|federation|agence|groupement|association|consulaires?)\b"
)
_REASON = re.compile(r"\b(car|parce que|en raison|afin|pour|puisque|grace a|du fait|a cause|because|hausse|baisse)\b")
_OFTEN = re.compile(
    r"\b(?:\w+ fois|chaque (?:annee|mois|semaine|trimestre|semestre|jour|automne|printemps|ete|hiver|novembre|fevrier)|"
    r"(?:bi)?(?:annuel|mensuel|hebdomadaire|trimestriel|semestriel|quotidien)\w*|par (?:an|mois|semaine|trimestre|jour)|"
    r"tou(?:s|tes) les (?:\w+ )?(?:ans|annees|mois|semaines|trimestres|jours))\b"
)


def _is_count(figure: Figure) -> bool:
    return figure.unit not in ("EUR", "USD", "GBP", "%", "ordinal") and not (figure.unit or "").startswith("ref:")


def holds(expected: Expected, text: str) -> bool:
    """Whether `text` holds a value of that type. Types without a form of their own (list, explanation…) are held."""
    match expected:
        case "amount":
            return any(f.unit in ("EUR", "USD", "GBP") for f in figures(text)) or "gratuit" in fold(text)
        case "percent":
            return any(f.unit in ("%", "ratio") for f in figures(text))
        case "share":
            return any(f.unit in ("%", "ratio", "EUR") for f in figures(text))
        case "count":
            return any(_is_count(f) for f in figures(text))
        case "figure":
            return any(f.unit != "ordinal" for f in figures(text))
        case "date":
            return bool(dates(text)) or re.search(r"\b(?:19|20)\d\d\b", text) is not None
        case "duration":
            return any(f.unit in DURATIONS for f in figures(text))
        case "frequency":
            return _OFTEN.search(fold(text)) is not None
        case "phone":
            return _PHONE.search(text) is not None
        case "email":
            return "@" in text
        case "contact":
            return _CONTACT.search(text) is not None
        case "person":
            return holders(text, ())
        case "who":
            return _NAME.search(text) is not None or _GROUP.search(fold(text)) is not None
        case "town":
            return any(place.kind == "commune" for place in places(text)) or _AT.search(text) is not None
        case "where":
            return _PLACE.search(text) is not None or _GROUP.search(fold(text)) is not None
        case "reason":
            return _REASON.search(fold(text)) is not None
        case _:
            told = load_cues()["values"].get(expected)
            return told is None or any(re.search(source, fold(text)) for source in told)
