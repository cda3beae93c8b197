"""The words of the doors, French and English: never a sentence for a reader in the code.

The command line reads messages/fr.yaml and messages/en.yaml (`load_words`). The web page reads one file a page,
messages/page/<page>.yaml, where every text holds both languages beside one another (`load_page_words`):

    title: {fr: "Catalogue des aides", en: "Catalogue of aids"}
    found:                                       # a count: the form is chosen by the number, {n} is the number
      none: {fr: "Aucune aide.", en: "No aid."}
      one: {fr: "{n} aide.", en: "{n} aid."}
      many: {fr: "{n} aides.", en: "{n} aids."}

A page says them by file and name: `words.say("catalogue.title")`, `words.count("catalogue.found", 3)`. A page gets
`words` from its Context (`context.words`), a fragment as its first argument; labels of codes (verdicts, states, fields,
sizes…) and dates come from ui.fragments.labels. Each language has its own pages, mounted at / and at /en/, so a handler
never asks which one: the words are those its page was built with. Text of documents and of the catalogue is marked
`lang=labels.ORIGINAL`: French on every page. A text missing in one language, or with other {names},
stops the program at start-up.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
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

    def count(self, name: str, n: int, /, **values: object) -> str:
        """The form of `name` for this number, filled in with it: none (where there is one), one or many."""
        one = n < 2 if self.language == "fr" else n == 1
        form = "none" if n == 0 and f"{name}.none" in self.texts else "one" if one else "many"
        return self.say(f"{name}.{form}", n=n, **values)

    def group(self, name: str) -> dict[str, str]:
        """The texts right under a name, in the order of their file: code -> label."""
        prefix = f"{name}."
        return {key.removeprefix(prefix): text for key, text in self.texts.items() if key.startswith(prefix)}


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


@cache
def load_page_words(language: str) -> Words:
    """The words of the web page in "fr" or "en". Raises WordsError naming a text that lacks a language or a variable."""
    folder = files("ui") / "messages" / "page"
    rows = [
        row
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".yaml")
        for row in _sided(_tree(path), f"{path.name.removesuffix('.yaml')}.")
    ]
    return Words(language, {name: texts[language] for name, texts in rows})


def _sided(tree: Mapping[str, Any], prefix: str) -> list[tuple[str, dict[str, str]]]:
    rows: list[tuple[str, dict[str, str]]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping) and not {"fr", "en"} & value.keys():
            rows += _sided(value, f"{prefix}{name}.")
            continue
        texts = {k: str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
        if texts.keys() != {"fr", "en"} or _variables(texts["fr"]) != _variables(texts["en"]):
            raise WordsError(f"Le texte « {prefix}{name} » doit avoir fr et en, avec les mêmes variables.")
        rows.append((f"{prefix}{name}", texts))
    return rows


def _read(language: str) -> dict[str, str]:
    return dict(_flat(_tree(files("ui") / "messages" / f"{language}.yaml")))


def _tree(path: Traversable) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506


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
