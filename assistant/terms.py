"""The words of the vocabulary found in a folded text: whole words, with the senses that are not meant left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from assistant.folding import fold
from ingest.catalogue import Term

_NOT_A_TERM = re.compile(
    r"^(?:structures?|equipes?|reseaux sociaux|format|formats|formul\w*|formes?|formel\w*|formalit\w*|formidable\w*|solutionn\w*)$"
)
_FALSE_BEFORE = {"ia pour": r"\bl'$", "informatique": r"\b(?:securite|service|parc|connaissances? en)\s*$", "informatiques": r"\b(?:failles|systemes|outils)\s*$",
                 "artisans": r"\b(?:mes|nos|les|des|aux|ces)\s*$", "marche": r"\b(?:ca|cela|qui|se|ne|place de)\s*$", "recherche": r"\b(?:je|on|nous|il|elle|qui|a la)\s*$", "lieu": r"\bau\s*$",
                      "port": r"\bau\s*$", "ports": r"\bto\s*$", "clients": r"\b(?:mes|nos)\s*$", "maritime": r"-$", "maritimes": r"\balpes[- ]$"}  # fmt: skip
_FALSE_AFTER = {"conseiller": r"^ (?:mes|nos|les|des|mieux)", "salon": r"^ de (?!l')",
                     "conseil": r"^ (?:regional|departemental|municipal|economique|d'administration)", "pret": r"^ a\b", "attirer": r"^ (?:des|plus de|de nouveaux|les|mes|nos) (?:client|touriste|visiteur)",
                     "reseau": r"^ (?:d'eau|electrique|de chaleur|routier|local)"}  # fmt: skip
SIZES_EN: Mapping[str, tuple[str, ...]] = {
    "tpe": ("microbusiness", "micro-business", "microenterprise", "micro-enterprise", "very small business", "sole trader", "self-employed", "one-person company", "one-person business"),
    "pme": ("small and medium-sized", "medium-sized company", "medium-sized business"),
    "eti": ("mid-sized company", "mid-sized business", "mid-size company", "midcap"),
    "ge": ("large company", "large group", "large enterprise"),
    "association": ("charity", "nonprofit*", "non-profit*"),
    "collectivite": ("town council", "city council", "county council", "municipality", "local authority"),
    "recherche": ("researcher", "research lab", "research laboratory", "research team", "laboratory", "postdoc"),
    "formation": ("training provider", "training centre", "training body", "training organisation", "training company"),
    "particulier": ("student", "citizen", "jobseeker", "private person", "private individual"),
    "accompagnant": ("accountant", "business adviser", "business advisor"),
}  # fmt: skip
SECTORS_EN: Mapping[str, tuple[str, ...]] = {
    "ia": ("computer vision", "computer-vision", "ai company", "ai startup", "ai start-up"),
    "numerique": ("software", "digital agency", "digital company", "digital sector", "digital industry", "it services"),
    "industrie": ("factory", "factories", "manufacturer*", "industrial company"),
    "aeronautique": ("aerospace", "defence industry", "defence sector"),
    "sante": ("health*", "medical devices"),
    "agriculture": ("farm*", "food processing", "winery", "vineyard", "winegrower"),
    "energie": ("energy",),
    "mer": ("shipyard", "boatbuilder", "fishing"),
    "mobilite": ("logistics", "haulage", "trucking"),
    "tourisme": ("tourism", "museum"),
    "commerce": ("bakery", "shop", "hairdresser*", "retail*"),
    "btp": ("building company", "builder*", "plumber*", "electrician*", "roofer*"),
    "formation": ("training provider", "training body", "education"),
    "ess": ("social economy", "social enterprise"),
    "conseil": ("accountant*", "accounting", "law firm", "consulting", "consultancy"),
}
NEEDS_EN: Mapping[str, tuple[str, ...]] = {
    "financement": ("fund*", "grant*", "financ*", "money"), "formation": ("train*", "learn*", "skill*"),
    "diagnostic": ("assess*", "diagnos*", "where to start"), "conseil": ("advice", "advis*", "guidance", "coaching", "mentoring"),
    "communication": ("social media", "advertis*"), "production": ("production line*", "factory", "shop floor", "moderni*", "predictive maintenance"),
    "recrutement": ("hire", "hiring", "recruit*"), "juridique": ("law", "ethic*", "compliance", "gdpr"),
    "creation": ("open an office", "settle", "start a company", "starting a company", "start a business", "starting a business", "set up a company", "setting up a company"),
    "visibilite": ("visibility", "be found", "get noticed", "new customers", "find customers", "trade fair"), "export": ("abroad", "overseas"),
    "calcul": ("computing", "compute", "storage"), "recherche": ("research", "proof of concept"), "cybersecurite": ("hacked", "security", "ransomware"),
    "equipement": ("tool*", "software", "implement*", "adopt*"), "reseau": ("network", "community"), "service_public": ("public service",),
    "orientation": ("who to contact", "whom to contact", "one-stop", "single point of entry", "single point of contact"),
}  # fmt: skip


def terms_said(
    folded: str, terms: Mapping[str, Term], more: Mapping[str, tuple[str, ...]] | None = None
) -> Iterator[tuple[str, int]]:
    """(code, offset) of each term of the vocabulary said in a folded text; the label itself counts."""
    for code, term in terms.items():
        for match in words_pattern((fold(term.label), *term.words, *(more or {}).get(code, ()))).finditer(folded):
            word = match[0]
            if code == "formation" and word.startswith("lyceen"):
                continue  # the prefix of "lycée" takes it in
            before, after = folded[: match.start()], folded[match.end() :]
            if (
                _NOT_A_TERM.match(word) and not re.search(r"\b(?:etre|suis|sommes|ete|equipes?|salariee?s?) $", before)
            ) or (word == "particulier" and before.endswith("en ")):
                continue
            if re.search(_FALSE_BEFORE.get(word, "(?!)"), before) or re.match(_FALSE_AFTER.get(word, "(?!)"), after):
                continue
            yield code, match.start()


@lru_cache(maxsize=512)
def words_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words, folded; a trailing * takes any ending, a plural is the same word."""
    parts = [
        re.escape(fold(w).rstrip("*")) + (r"\w*" if w.endswith("*") else "s?")
        for w in sorted(words, key=len, reverse=True)
    ]
    return re.compile(r"(?<![\w])(?:" + "|".join(parts) + r")(?![\w])")


@lru_cache(maxsize=8)
def names_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these names as whole words of a folded text, the longest first."""
    longest_first = sorted({fold(n) for n in names if len(n) > 3}, key=len, reverse=True)
    return re.compile(
        r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)" if longest_first else r"(?!)"
    )


def blanked(hidden: re.Pattern[str], message: str) -> str:
    """The message with scheme names blanked to same-length dots, offsets kept."""
    for match in hidden.finditer(fold(message)):
        message = message[: match.start()] + "·" * (match.end() - match.start()) + message[match.end() :]
    return message
