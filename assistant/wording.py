"""Words are data: the sentences the assistant says of itself, in French and in English, and the cues it listens for."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ingest.errors import GuichetError

QUOTATION: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "fr": (("« ", " »"), ("“", "”")),
    "en": (("“", "”"), ("‘", "’")),
}
# The variables each template must use: a wording file that misses one fails when it is loaded, by name.
VARIABLES: Mapping[str, frozenset[str]] = {
    "abstained": frozenset({"about"}),
    "abstained_about": frozenset({"subject"}),
    "abstained_field": frozenset({"field", "scheme"}),
    "abstained_region": frozenset({"region", "covered"}),
    "covered": frozenset({"regions"}),
    "searched": frozenset({"documents"}),
    "ask_operator": frozenset({"operator"}),
    "english_quote": frozenset({"quotes"}),
    "english_also": frozenset({"quotes"}),
    "as_of": frozenset({"date"}),
}


class WordingError(GuichetError):
    """A wording file that does not hold what the program needs."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The canned sentences of one language. `say` fills in a template; `field` names an attribute of a scheme."""

    language: str
    texts: Mapping[str, str]
    fields: Mapping[str, str]

    def say(self, name: str, **values: str) -> str:
        return self.texts[name].format(**values)

    def quoted(self, name: str) -> str:
        """A name between the quotation marks of the language; those that stand in it become those of the second rank."""
        (left, right), (inner_left, inner_right) = QUOTATION[self.language]
        inner = re.sub(r'[«“"]\s*([^«»“”"]*?)\s*[»”"]', rf"{inner_left}\1{inner_right}", name)
        return f"{left}{inner}{right}"


def _read(name: str) -> dict[str, Any]:
    data = yaml.safe_load((files("assistant") / "wording" / name).read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise WordingError(f"Le fichier de textes {name} est illisible : une table était attendue.")
    return data


@cache
def load_wording(language: str) -> Wording:
    """The canned sentences in "fr" or "en". Raises WordingError naming a missing text or variable."""
    data = _read(f"{language}.yaml")
    fields = data.pop("fields", {})
    for name, wanted in VARIABLES.items():
        if name not in data:
            raise WordingError(f"Il manque le texte « {name} » dans {language}.yaml.")
        found = {field for _, field, _, _ in string.Formatter().parse(data[name]) if field}
        if found != wanted:
            raise WordingError(f"Le texte « {name} » de {language}.yaml doit contenir {sorted(wanted)}.")
    return Wording(language, data, fields)


@cache
def load_cues() -> Mapping[str, Any]:
    """The phrases the assistant listens for: intents, attributes, expected types, steering (cues.yaml)."""
    return _read("cues.yaml")


@cache
def load_glossary() -> Mapping[str, str]:
    """English words of questions to the French words of the sources (glossary.yaml)."""
    return _read("glossary.yaml")
