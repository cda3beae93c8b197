"""Seeded changes of real sentences: those that make them false, and those that leave them honest."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.figures import bare_numbers, figures
from assistant.folding import fold
from assistant.naming import names_in
from index.tokens import content_tokens

_NUMBER = re.compile(
    r"(?<![\w,.-])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?(?![\w,]\d)|(?<![\w,.-])\d+(?:,\d+)?(?![\d])"
)
Change = Callable[[str, random.Random], str | None]
UNITS = (
    ("%", ("€", "points", "mois")),
    ("M€", ("k€", "Md€", "%")),
    ("millions d'euros", ("milliards d'euros", "millions de dollars", "euros")),
    ("milliards d'euros", ("millions d'euros", "milliards de dollars")),
    ("k€", ("M€", "%")),
    ("€", ("%", "k€", "$")),
    ("euros", ("dollars", "mois", "%")),
    ("mois", ("ans", "jours", "semaines")),
    ("ans", ("mois", "jours")),
    ("jours", ("mois", "heures")),
    ("heures", ("jours", "minutes")),
    ("semaines", ("mois", "jours")),
    ("minutes", ("heures",)),
)
BOUNDS = (
    ("au moins", "au plus"),
    ("au plus", "au moins"),
    ("jusqu'à", "à partir de"),
    ("plus de", "moins de"),
    ("moins de", "plus de"),
    ("près de", "plus de"),
    ("environ", "au moins"),
    ("au maximum", "au minimum"),
    ("maximum", "minimum"),
    ("au minimum", "au maximum"),
    ("minimum", "maximum"),
    ("avant", "après"),
    ("à partir de", "jusqu'à"),
    ("dans la limite de", "à partir de"),
    ("plafonné à", "à partir de"),
)
STRONGER = (
    ("pourrait", "peut"), ("pourraient", "peuvent"), ("pourra", "peut"), ("pourront", "peuvent"),
    ("devrait", "doit"), ("devraient", "doivent"), ("devra", "doit"), ("devront", "doivent"),
    ("serait", "est"), ("seraient", "sont"), ("sera", "est"), ("seront", "sont"), ("aura", "a"), ("auront", "ont"),
    ("aurait", "a"), ("auraient", "ont"), ("permettra", "permet"), ("permettrait", "permet"),
    ("proposera", "propose"), ("financera", "finance"), ("soutiendra", "soutient"), ("accompagnera", "accompagne"),
    ("prévoit de", "a commencé à"), ("prévoit d'", "a commencé à "), ("envisage de", "continue de"),
    ("envisage d'", "continue d'"), ("veut", "a su"), ("veulent", "ont su"), ("souhaite", "a pu"), ("souhaitent", "ont pu"),
    ("recommande de", "vient de"), ("recommande d'", "vient d'"), ("propose de", "vient de"), ("propose d'", "vient d'"),
    ("demande de", "obtient de"), ("demande d'", "obtient d'"), ("recommande", "finance"), ("préconise", "finance"),
    ("est prévu", "est ouvert"), ("est prévue", "est ouverte"), ("sont prévus", "sont ouverts"), ("sont prévues", "sont ouvertes"),
    ("annoncé", "ouvert"), ("annoncée", "ouverte"), ("annoncés", "ouverts"), ("annoncées", "ouvertes"),
    ("peut", "doit"), ("peuvent", "doivent"), ("vise à", "réussit à"), ("prévoit", "a versé"),
)  # fmt: skip
VERBS = (
    "est sont peut peuvent doit doivent prévoit prévoient finance financent propose proposent permet permettent soutient "
    "accompagne vise visent compte comprend comprennent concerne concernent relève aide aident réunit porte dure durent "
    "ouvre offre offrent donne donnent sera seront pourra pourront bénéficie bénéficient cumule dépend couvre couvrent "
    "recommande demande veut souhaite dispose disposent précise précisent mène mènent organise organisent pilote"
).split()
NEGATED = re.compile(r"\b(?:ne |n['’])(?P<verb>\w+) (?:pas|plus|jamais)\b")


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence after one change of a `kind`, against the `quote` it was copied from."""

    kind: str
    quote: str
    sentence: str


def _whole(word: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w'’-]){re.escape(word)}(?![\w-])" if word[-1].isalnum() else rf"(?<![\w'’-]){re.escape(word)}"
    )


def figure(text: str, rng: random.Random) -> str | None:
    """Another number in the place of one."""
    found = [m for m in _NUMBER.finditer(text) if bare_numbers(f"– {m[0]}") <= bare_numbers(f"– {text}")]
    if not found:
        return None
    match = rng.choice(found)
    digits = re.sub(r"\D", "", match[0].split(",")[0])
    value = int(digits)
    if 1900 <= value <= 2100 and len(match[0]) == 4:
        new = value + rng.choice((-3, -2, -1, 1, 2, 3))
    else:
        new = rng.choice((value + 1, value * 2 + 1, value * 10 + 3, max(2, value // 2 + 1) if value > 5 else value + 4))
    plain = f"{new:,}".replace(",", " ") if new >= 10_000 else str(new)
    if bare_numbers(f"– {plain}") & bare_numbers(f"– {text}"):
        return None
    return text[: match.start()] + plain + text[match.end() :]


def unit(text: str, rng: random.Random) -> str | None:
    """Another unit after the same number."""
    found = [
        (m, others)
        for word, others in UNITS
        for m in re.finditer(rf"(?<=\d)[ \u00a0\u202f]?{re.escape(word)}(?!\w)", text)
    ]
    if not found:
        return None
    match, others = rng.choice(found)
    return f"{text[: match.start()]} {rng.choice(others)}{text[match.end() :]}"


def name_among(pool: Sequence[str]) -> Change:
    """Another name, of the pool, in the place of one."""

    def name(text: str, rng: random.Random) -> str | None:
        own = proper_names(text)
        others = [n for n in pool if fold(n) not in fold(text)]
        if not own or not others:
            return None
        return _whole(rng.choice(own)).sub(lambda _: rng.choice(others), text, count=1)

    return name


def proper_names(text: str) -> list[str]:
    """The names that stand within a sentence: a capital that opens one tells nothing."""
    inside = [n for n in names_in(text) if len(n) > 2 and content_tokens(n)]
    return [
        n for n in inside if re.search(rf"[a-zé0-9,’'»]\s?{re.escape(n)}(?![\w-])", text) and _whole(n).search(text)
    ]


def actors(text: str, rng: random.Random) -> str | None:
    """Two names of one sentence, each in the place of the other."""
    places = sorted((m.start(), m.end()) for n in proper_names(text) for m in _whole(n).finditer(text))
    apart = re.compile(r"[a-zé]{3,}\W+(?:[\w'’-]+\W+)*[a-zé]{3,}")
    pairs = [
        (a, b)
        for i, a in enumerate(places)
        for b in places[i + 1 :]
        if a[1] < b[0] and text[slice(*a)] != text[slice(*b)] and apart.search(text[a[1] : b[0]])
    ]
    if not pairs:
        return None
    (a, b), (c, d) = rng.choice(pairs)
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def negation(text: str, rng: random.Random) -> str | None:
    """A negation taken out, or put around a verb."""
    negated = list(NEGATED.finditer(text))
    if negated:
        match = rng.choice(negated)
        return text[: match.start()] + match["verb"] + text[match.end() :]
    found = [m for verb in VERBS for m in re.finditer(rf"(?<=[\w)»] ){verb}(?= \w)", text)]
    if not found:
        return None
    match = rng.choice(found)
    ne = "n'" if match[0][0] in "aeiouéêo" else "ne "
    return f"{text[: match.start()]}{ne}{match[0]} {rng.choice(('pas', 'plus', 'jamais'))}{text[match.end() :]}"


def bound(text: str, rng: random.Random) -> str | None:
    """A bound turned round, or one put before a bare amount."""
    found = [
        (m, other)
        for word, other in BOUNDS
        for m in _whole(word).finditer(text)
        if re.search(r"\d", text[m.end() : m.end() + 18])
        or (word.endswith("mum") and re.search(r"\d", text[: m.start()][-18:]))
    ]
    if found:
        match, other = rng.choice(found)
        return text[: match.start()] + other + text[match.end() :]
    bare = [
        f for f in figures(text) if f.bound == "exact" and f.unit in ("EUR", "%") and text[f.start - 1 : f.start] == " "
    ]
    if not bare:
        return None
    chosen = rng.choice(bare)
    return f"{text[: chosen.start]}{rng.choice(('plus de', 'moins de', 'au moins'))} {text[chosen.start :]}"


def modality(text: str, rng: random.Random) -> str | None:
    """What is to come, wished or possible said as done, open or due."""
    found = [(m, strong) for weak, strong in STRONGER for m in _whole(weak).finditer(text)]
    if not found:
        return None
    match, strong = rng.choice(found)
    return text[: match.start()] + strong + text[match.end() :]


def swapped(text: str, rng: random.Random) -> str | None:
    """Two amounts of one sentence, each in the place of the other."""
    found = [f for f in figures(text) if f.unit != "ordinal" and not (f.unit or "").startswith("ref:")]
    typed = ("EUR", "%", "month", "year", "day", "hour")
    pairs = [
        (a, b)
        for i, a in enumerate(found)
        for b in found[i + 1 :]
        if a.value != b.value and a.end < b.start and (a.unit == b.unit or not {a.unit, b.unit} & set(typed))
    ]
    pairs = [(a, b) for a, b in pairs if not re.fullmatch(r"\s*(?:à|et|ou|-|–|sur)\s*", text[a.end : b.start])]
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    one, two = (_NUMBER.search(text, f.start, f.end) for f in (first, second))
    if one is None or two is None:
        return None
    return text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]


def lighter(text: str, rng: random.Random) -> str | None:
    """The same said with fewer words or other signs: an aside left out, a connective, an amount written otherwise."""
    ways: list[Callable[[str], str]] = [
        lambda t: re.sub(r"\s*\([^()]*\)", "", t, count=1),
        lambda t: re.sub(r"(\d) ?M€", r"\1 millions d'euros", t),
        lambda t: re.sub(r"(\d) millions d['’]euros", r"\1 M€", t),
        lambda t: re.sub(r"(\d) ?€", r"\1 euros", t),
        lambda t: re.sub(r"(\d) ?%", r"\1 pour cent", t),
        lambda t: re.sub(r"(?<=\d)[\u00a0\u202f ](?=\d{3}\b)", "", t),
        lambda t: re.sub(
            r"^(?:Ainsi|Enfin|De plus|En outre|Par ailleurs|Aussi|Également), (\w)", lambda m: m[1].upper(), t
        ),
        lambda t: t.split(" ; ")[0].rstrip(".") + "." if " ; " in t else t,
        lambda t: t.replace("’", "'") if "’" in t else t.replace("'", "’"),
        lambda t: re.sub(r"\bprès de (?=\d)", "environ ", t),
        lambda t: re.sub(r"\benviron (?=\d)", "près de ", t),
        lambda t: re.sub(r"\bnotamment ", "", t),
        lambda t: re.sub(r", (?:par exemple|notamment|en particulier|y compris) [^,;:.]*(?=\.$)", "", t),
        lambda t: f"Selon le document, {t[0].lower() if not t[:2].isupper() else t[0]}{t[1:]}",
        lambda t: f"D'après la source, {t[0].lower() if not t[:2].isupper() else t[0]}{t[1:]}",
        lambda t: t.rstrip("."),
    ]
    rng.shuffle(ways)
    for way in ways:
        new = way(text)
        if new != text:
            return new
    return None


def changed(quotes: Sequence[str], kinds: Sequence[Change], *, each: int, seed: int) -> list[Changed]:
    """At most `each` changes of every kind, over the quotes in a seeded order; the same seed gives the same changes."""
    out: list[Changed] = []
    for kind in kinds:
        rng = random.Random(f"{seed}-{kind.__name__}")  # noqa: S311 — test data
        seen: set[tuple[str, str]] = set()
        for _ in range(4):
            for quote in rng.sample(list(quotes), len(quotes)):
                if len(seen) >= each:
                    break
                new = kind(quote, rng)
                if new is not None and new != quote and (quote, new) not in seen:
                    seen.add((quote, new))
                    out.append(Changed(kind.__name__, quote, new))
    return out
