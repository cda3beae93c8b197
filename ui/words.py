"""The words of the doors: help, messages and labels, from messages/fr.yaml and messages/en.yaml."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ingest.errors import GuichetError


class WordsError(GuichetError):
    """A file of words that misses one, or a variable of one."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, by dotted name ("ask.searching")."""

    language: str
    texts: Mapping[str, str]

    def say(self, name: str, /, **values: object) -> str:
        return self.texts[name].format(**values)

    def get(self, name: str) -> str | None:
        return self.texts.get(name)


@cache
def load_words(language: str) -> Words:
    """The words in "fr" or "en". Raises WordsError naming what the other language has and this one has not."""
    texts = _read(language)
    if language != "fr":
        french = _read("fr")
        for name in french.keys() | texts.keys():
            if name not in texts or name not in french or _variables(texts[name]) != _variables(french[name]):
                raise WordsError(f"Le texte « {name} » diffère entre messages/fr.yaml et messages/{language}.yaml.")
    return Words(language, texts)


def _read(language: str) -> dict[str, str]:
    path = files("ui") / "messages" / f"{language}.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster
    return dict(_flat(yaml.load(path.read_text(encoding="utf-8"), Loader=loader)))  # noqa: S506


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{prefix}{name}.")
        else:
            rows.append((f"{prefix}{name}", str(value)))
    return rows


def _variables(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
