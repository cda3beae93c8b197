"""Each sentence of a draft against the quotes it cites, without the generator. What fails is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.alignment import FUNCTION, Alignment, Words, align, alike, context, places_of
from assistant.counted import in_french
from assistant.figures import Figure, dates, figures, same_figure, unsupported_figures
from assistant.folding import fold
from assistant.naming import names_in
from index.tokens import content_tokens

MIN_SHARED = 0.65  # share of a sentence's terms found in its quotes; verbatim drafts of the model sit above 0.8
UNSAID = 1  # terms that neither the quotes nor the question hold: beyond, something is said that no quote says
NEARER = 1.15  # a figure or a name is said of another thing when that one is this much nearer to what stands around it
ALONE, LESS = (
    0.4,
    0.4,
)  # or when one side alone shares this much with the other thing, and less than this part with its own
_NEGATION = re.compile(
    r"\b(?:ne|n')\s?\w+.{0,20}\b(?:pas|plus|jamais|aucune?|rien|ni)\b|\b(?:sans|aucune?|not|no|never)\b|n't\b"
)
_DENIES = frozenset("ne n' pas jamais aucun aucune sans ni non sauf hors excepte not no never without except".split())
_OPEN = re.compile(
    r"\b(?:est|sont|is|are) (?:deja |already |actuellement |currently )?(?:ouvert\w*|disponible\w*|operationnel\w*|open|available|accessible\w*)\b"
)
_COMING = (
    r"\w*(?:[ei]|tt|it|nd|ud|ev|iv|au|pour|lur)r(?:a|ont|ait|aient)|"
    r"(?:envisag|prevoi|prevoy|prevu|annonc|propos|souhait|recommand|preconis|suggere|demand|projett|esper|ambitionn)\w*|experimental\w*|"
    r"veut|veulent|vise|visent|will|would|could|should|plans|planned|announced|propos\w*|recommend\w*"
)
_FUTURE = re.compile(rf"\b(?:{_COMING})\b")
_WEAK = re.compile(rf"(?:{_COMING}|peut|peuvent|may|might|can)")
_DUE = frozenset("doit doivent must shall obligatoire obligatoirement".split())
_CONTACT = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?:\+33|0)[ .]?\d(?:[ .]?\d{2}){4}")


@dataclass(frozen=True, slots=True)
class Check:
    """What a sentence failed on; empty when every check holds."""

    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def verify(
    sentence: str, quotes: Sequence[str], contexts: Sequence[str], question: str, *, same_language: bool
) -> Check:
    """Checks a sentence (marks left out) against the quotes it cites; `contexts` are their titles and headings.

    Figures and dates with their units and bounds, names and acronyms, polarity, modality, contacts, and, when the
    sentence is in the language of the quotes, its wording and what each figure and each name is said of.
    """
    if not quotes:
        return Check(("no_citation",))
    whole = " \n ".join((*quotes, *contexts))
    failures = []
    if unsupported_figures(sentence, [*quotes, *contexts]):
        failures.append("figure")
    held = set(content_tokens(whole))
    if any(not held.issuperset(content_tokens(name)) and not _translated(name, held) for name in _names_said(sentence)):
        failures.append("name")
    if any(contact.rstrip(".,;)") not in whole for contact in _CONTACT.findall(sentence)):
        failures.append("contact")
    if same_language:
        source = " \n ".join(quotes)
        laid = align(sentence, source)
        failures += _moved(sentence, source, laid)
        if _denial_changed(laid):
            failures.append("negation")
        if _strengthened(laid) or _opened(sentence, quotes):
            failures.append("modality")
        if _taken_from_another_clause(sentence, source):
            failures.append("figure")
        if shared(sentence, held, question) < MIN_SHARED or len(_unsaid(sentence, held, question)) > UNSAID:
            failures.append("wording")
    else:
        if any(_picked(sentence, quote) for quote in quotes):
            failures.append("figure")
        failures += _across_languages(fold(sentence), [fold(quote) for quote in quotes])
    return Check(tuple(dict.fromkeys(failures)))


def shared(sentence: str, held: set[str], question: str) -> float:
    """Share of the sentence's terms that stand in its quotes, those of the question counting half; 1 when it has none."""
    terms = content_tokens(sentence)
    asked = set(content_tokens(question))
    if not terms:
        return 0.0
    return sum(1.0 if t in held else 0.5 if t in asked else 0.0 for t in terms) / len(terms)


def _unsaid(sentence: str, held: set[str], question: str) -> set[str]:
    return set(content_tokens(sentence)) - held - set(content_tokens(question))


_CLAUSE = re.compile(r"(?<=[;:.!?])\s+|\n")
_COORDINATED = re.compile(rf"{_CLAUSE.pattern}|,?\s+(?:et|tandis que|alors que|mais|and|while|but)\s+")


def _taken_from_another_clause(sentence: str, source: str) -> bool:
    """Whether what is said with a figure or a date stands in the source, but in another clause than the figure.

    "Announced 50 in May; the vote brought it to 60" does not say "voted in May".
    """
    clauses = _CLAUSE.split(source)
    if len(clauses) < 2:
        return False
    everywhere = set(content_tokens(source))
    for piece in _COORDINATED.split(sentence):
        values = [figure.text for figure in figures(piece)] + [date.text for date in dates(piece)]
        beside = [set(content_tokens(c)) for c in clauses if any(fold(v) in fold(c) for v in values)]
        if beside and (set(content_tokens(piece)) & everywhere) - set().union(*beside):
            return True
    return False


def _names_said(sentence: str) -> list[str]:
    """The names and acronyms of a sentence; those of its amounts ("Md€") and dates are left to the figures."""
    bare = sentence
    spans = [(f.start, f.end) for f in figures(sentence)] + [(d.start, d.end) for d in dates(sentence)]
    for start, end in sorted(spans, reverse=True):
        bare = f"{bare[:start]} {bare[end:]}"
    return names_in(f"– {bare}")


def _translated(name: str, held: set[str]) -> bool:
    """Whether the quotes hold an English name in French ("European", "Ministry")."""
    french = in_french(name)
    return french != name and held.issuperset(content_tokens(french))


def _moved(sentence: str, source: str, laid: Alignment) -> list[str]:
    """ "figure" or "name" where one is said of a thing of which the source says another."""
    failures = []
    ours, theirs = figures(sentence), figures(source)
    if any(_figure_moved(figure, i, theirs, laid) for i, figure in enumerate(ours)):
        failures.append("figure")
    names = _names(sentence, source)
    if any(_name_moved(name, names, laid) for name in names):
        failures.append("name")
    return failures


def _figure_moved(figure: Figure, i: int, theirs: Sequence[Figure], laid: Alignment) -> bool:
    own = [j for j, source in enumerate(theirs) if same_figure(figure, source, strict=False)]
    others = [
        j
        for j, source in enumerate(theirs)
        if j not in own and (source.unit == figure.unit or not {source.unit, figure.unit} & _TYPED)
    ]
    return bool(own and others) and _nearer_elsewhere(
        laid.sentence.at[i], [laid.source.at[j] for j in own], [laid.source.at[j] for j in others], laid
    )


_TYPED = frozenset(("EUR", "USD", "GBP", "%", "ratio", "day", "month", "year", "hour", "week", "minute"))


def _names(sentence: str, source: str) -> list[tuple[str, ...]]:
    """The names that both hold, as terms."""
    known = fold(source)
    terms = (content_tokens(name) for name in names_in(f"– {sentence}") if fold(name) in known)
    return [t for t in dict.fromkeys(terms) if t]


def _name_moved(name: tuple[str, ...], names: Sequence[tuple[str, ...]], laid: Alignment) -> bool:
    own = places_of(laid.source, name)
    others = [j for other in names if other != name for j in places_of(laid.source, other)]
    ours = places_of(laid.sentence, name)
    return bool(own and others) and any(_nearer_elsewhere(i, own, others, laid) for i in ours)


def _nearer_elsewhere(at: int, own: Iterable[int], others: Iterable[int], laid: Alignment) -> bool:
    """Whether what stands around a word stands rather around another in the source, on both sides or on one."""
    around = context(laid.sentence, at)
    here, there = ([context(laid.source, j) for j in places] for places in (own, others))
    if max(alike(around, c) for c in there) > NEARER * max(alike(around, c) for c in here) + 0.1:
        return True
    for side in ("before", "after"):
        beside = {key: w for key, w in around.items() if key[0] == side and w > FUNCTION}
        elsewhere = max(alike(beside, c) for c in there)
        if elsewhere >= ALONE and max(alike(beside, c) for c in here) < LESS * elsewhere:
            return True
    return False


def _denial_changed(laid: Alignment) -> bool:
    """A word of denial put in, or one left out of a clause that is said."""
    put_in = any(laid.of[i] is None and _denying(laid.sentence, i) for i in range(len(laid.of)))
    return put_in or any(
        j not in laid.kept and _denying(laid.source, j) and laid.clause_kept(j) for j in range(len(laid.source.words))
    )


def _denying(words: Words, i: int) -> bool:
    word = words.words[i]
    return word in _DENIES or (word == "plus" and any(w in ("ne", "n'") for w in words.words[max(0, i - 4) : i]))


def _strengthened(laid: Alignment) -> bool:
    """What the source says to come, wished or possible, said without it; or said due when it is not."""
    put_in = [w for i, w in enumerate(laid.sentence.words) if laid.of[i] is None and _WEAK.fullmatch(w)]
    for j, word in enumerate(laid.source.words):
        if j in laid.kept or not _WEAK.fullmatch(word) or not laid.clause_kept(j):
            continue
        if not any(_strength(w) <= _strength(word) for w in put_in):
            return True
    said = set(laid.source.words)
    return any(w in _DUE and laid.of[i] is None and w not in said for i, w in enumerate(laid.sentence.words))


def _strength(word: str) -> int:
    """0 for the conditional, 1 for what is to come or wished, 2 for what is possible now."""
    if re.fullmatch(r"\w+rai(?:t|ent)|would|could|might", word):
        return 0
    return 2 if word in ("peut", "peuvent", "may", "can") else 1


def _opened(sentence: str, quotes: Sequence[str]) -> bool:
    sources = [fold(quote) for quote in quotes]
    opened = _OPEN.search(fold(sentence)) and not any(_OPEN.search(source) for source in sources)
    return bool(opened) and all(_FUTURE.search(source) for source in sources)


def _picked(sentence: str, quote: str) -> bool:
    """Whether a sentence in another language takes some figures of a kind from a quote and leaves others, or turns their
    order: which thing each is said of cannot be checked across languages, so all are said in order or none is."""
    ours, theirs = figures(sentence), figures(quote)
    for unit in {f.unit for f in theirs} & _TYPED:
        said = [f.value for f in theirs if f.unit == unit]
        again = [f.value for f in ours if f.unit == unit and f.value in said]
        if again and again != said:
            return True
    return False


def _across_languages(folded: str, sources: Sequence[str]) -> list[str]:
    """Polarity and modality of a sentence in another language than its quotes."""
    failures = []
    denies, denied = bool(_NEGATION.search(folded)), [bool(_NEGATION.search(source)) for source in sources]
    if not any(denied) if denies else all(denied):
        failures.append("negation")
    to_come = all(_FUTURE.search(source) for source in sources)
    opened = _OPEN.search(folded) and not any(_OPEN.search(source) for source in sources)
    if to_come and (opened or not _FUTURE.search(folded)):
        failures.append("modality")
    return failures
