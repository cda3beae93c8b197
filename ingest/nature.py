"""What a document is, from what it says of itself: title, nature, date, region, publisher. Guesses, with their evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingest.documents import Document, Nature
from ingest.naming import clean_title, fold, gives_an_order, names_by_file, speaks_to_machines

HEAD = 4000  # characters: a cover, a masthead, the opening of an article
THRESHOLD = 3  # one strong sign, or a weak one and the file name

REGIONS: dict[str, tuple[str, ...]] = {
    "REG-84": ("auvergne-rhone-alpes", "auvergne rhone alpes"),
    "REG-27": ("bourgogne-franche-comte", "bourgogne franche comte"),
    "REG-53": ("bretagne", "breton", "bretonne"),
    "REG-24": ("centre-val de loire", "centre val de loire"),
    "REG-94": ("corse",),
    "REG-44": ("grand est", "grand-est"),
    "REG-32": ("hauts-de-france", "hauts de france"),
    "REG-11": ("ile-de-france", "ile de france", "francilien"),
    "REG-28": ("normandie", "normand"),
    "REG-75": ("nouvelle-aquitaine", "nouvelle aquitaine", "neo-aquitain"),
    "REG-76": ("occitanie", "occitan", "occitane", "occitanes", "occitans"),
    "REG-52": ("pays de la loire", "pays-de-la-loire", "ligerien", "ligeriens", "ligerienne", "ligeriennes"),
    "REG-93": (
        "provence-alpes-cote d'azur",
        "provence-alpes-cote-d-azur",
        "provence alpes cote d'azur",
        "paca",
        "region sud",
        "plan sud",
    ),
    "REG-01": ("guadeloupe",),
    "REG-02": ("martinique",),
    "REG-03": ("guyane",),
    "REG-04": ("la reunion",),
    "REG-06": ("mayotte",),
}
NAMES = {
    "REG-84": "Auvergne-Rhône-Alpes", "REG-27": "Bourgogne-Franche-Comté", "REG-53": "Bretagne", "REG-24": "Centre-Val de Loire",
    "REG-94": "Corse", "REG-44": "Grand Est", "REG-32": "Hauts-de-France", "REG-11": "Île-de-France", "REG-28": "Normandie",
    "REG-75": "Nouvelle-Aquitaine", "REG-76": "Occitanie", "REG-52": "Pays de la Loire", "REG-93": "Provence-Alpes-Côte d'Azur",
    "REG-01": "Guadeloupe", "REG-02": "Martinique", "REG-03": "Guyane", "REG-04": "La Réunion", "REG-06": "Mayotte",
}  # fmt: skip
# Signs of each nature, on folded text (lower case, no accents), with their weight. Read in the head of the document.
SIGNS: dict[Nature, tuple[tuple[str, int], ...]] = {
    "law": (
        (r"^\W*(?:loi|decret|ordonnance|arrete) (?:n ?[°o]|du|organique)", 4),
        (r"\b(?:loi|decret|ordonnance|arrete) n ?[°o] ?\d{2,4}-\d+ du \d", 2),
        (r"^\W*(?:reglement|directive) \((?:ue|ce)\)", 4),
        (r"\b(?:reglement|directive) \((?:ue|ce)\) (?:n ?[°o] ?)?\d{2,4}/\d+ du parlement", 3),
        (r"journal officiel de (?:la republique|l'union)", 1),
        (r"a (?:adopte|promulgue) (?:la loi|le present)|ont adopte le present reglement", 3),
        (r"^\W*(?:deliberation|le conseil regional,? vu)\b", 3),
    ),
    "communique": ((r"communique de presse|communiques? de presse|press release", 4), (r"contacts? presse|relations? presse|service presse", 3)),
    "opinion": (
        (r"\bsaisine\b", 3),
        (r"\bavis du (?:ceser|cese|conseil economique)|\bcet avis\b|^\W*avis\b", 2),
        (r"\bceser\b|\bconseil economique,? social et environnemental", 1),
        (r"le ceser (?:propose|preconise|recommande|s'est saisi|estime)", 2),
        (r"\bcontribution presentee par\b|\badopte[es]* (?:par \d+|a l'unanimite)", 2),
        (r"\bpreconisations\b|\bautosaisine\b", 1),
    ),
    "plan": (
        (r"^\W*(?:le )?(?:plan|strategie|schema|feuille de route|programme|contrat de plan)\b", 3),
        (r"\b(?:du|le) present (?:plan|schema|programme)|\bla presente (?:strategie|feuille de route)", 3),
        (r"\borientations? strategiques?\b|\baxes? strategiques?\b", 1),
        (r"^\W*(?:mesure|orientation|action|axe|objectif) (?:n ?[°o] ?)?\d+ ?[:.–-]", 1),
    ),
    "press": (
        (r"\blecture (?:de )?:? ?\d+ ?min|\b\d+ min(?:utes)? de lecture|temps de lecture", 4),
        (r"\b(?:publie|mis a jour|paru) le \d{1,2}", 2),
        (r"\ba (?:declare|confie|explique|precise|affirme|assure)\b|\bindique-t-(?:il|elle)|\bselon l'afp", 2),
        (r"\(©|© ?[a-z]|\bcredits? photos?\b|\bphoto d'", 1),
        (r"\babonnez-vous|\bpartager (?:cet|sur)|\bs'abonner\b|\bnewsletter\b", 1),
    ),
    "fiche": (
        (r"^\W*fiche\b", 3),
        (r"^\W*(?:beneficiaires?|montant|conditions d'eligibilite|pour qui|comment (?:faire|beneficier|en beneficier)|qui peut en beneficier)\b[^.]{0,60}$", 2),
    ),
}  # fmt: skip
NAMED: dict[Nature, str] = {
    "law": r"\b(?:loi|decret|reglement|directive|arrete|deliberation|ai act)\b",
    "communique": r"\b(?:communique|cp)\b",
    "opinion": r"\b(?:avis|saisine|ceser|cese|contribution|rapport ceser)\b",
    "plan": r"\b(?:plan|strategie|schema|feuille de route|srdeii|sresri|cper)\b",
    "press": r"\b(?:article|presse|actu|actualite)\b",
    "fiche": r"\bfiche\b",
}
ORDER: tuple[Nature, ...] = (
    "communique",
    "law",
    "opinion",
    "press",
    "plan",
    "fiche",
)  # who wins at equal weight: the more specific
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
FOLDED_MONTHS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
DATE = re.compile(rf"\b(?:(\d{{1,2}})(?:er)? )?({'|'.join(FOLDED_MONTHS)}) ((?:19|20)\d\d)\b")
NUMERIC = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)\b")
ISO = re.compile(r"\b((?:19|20)\d\d)-(\d{2})(?:-(\d{2}))?\b")
OWN = re.compile(
    r"pleniere|\badopte|\bvote|\bpublie|\bparu|seance du|session|promulgu|mis a jour|en date du|\bdate\b|deliberation"
    r"|(?:loi|decret|ordonnance|arrete|reglement|directive)[^.]{0,60}(?:du|,) *$"
)
DEADLINE = re.compile(
    r"\bdates? (?:limites?|butoirs?|de (?:cloture|fin))|\bavant (?:le|la|fin)\b|\bjusqu'(?:au|en|a)\b|\bd'ici\b|\bau plus tard\b"
    r"|(?<!seance de )\bcloture\b|\becheances?\b|\bdelais?\b|\bexpire|\bprend fin\b|\bs'acheve|\bdeadline\b"
)
LATEST = re.compile(
    r"[\s,:(–-]{0,3}(?:au plus tard|dernier delai|delai de rigueur|date limite|inclus|minuit|a minuit)\b"
)
NOT_A_TITLE = re.compile(
    r"^(?:sommaire|table des|communique de presse|rapporteur|phase \d|annexe|remerciements?|avertissements?|introduction|preambule"
    r"|assemblee pleniere|session pleniere|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b|contacts?\b|page \d)"
)
POOR_TITLE = re.compile(
    r"^(?:microsoft word|untitled|sans titre|document\d*$|powerpoint|presentation\d*$)|\.(?:docx?|pptx?|pdf|indd|odt|tex|qxd)$",
    re.I,
)

WHOLE = 1_000_000  # characters in which regions are counted: 400 pages say which one it is about


@dataclass(frozen=True, slots=True)
class Description:
    """What was found, None where nothing says it; `evidence` holds the words that decided, for people to check."""

    title: str
    nature: Nature | None
    date: date | None
    region: str | None
    publisher: str | None
    evidence: tuple[str, ...] = ()


def describe(document: Document, stem: str, *, today: date) -> Description:
    """What `document`, from a file named `stem` and read `today`, says of itself."""
    name = re.sub(r"[-_.]+", " ", fold(stem))
    title = _title(document, stem)
    head = fold(f"{title}\n{document.text[:HEAD]}")
    nature, why = _nature(head, name)
    region = _region(fold(document.text[:WHOLE]), head, name, nature)
    day = _date(head, name, today)
    return Description(title, nature, day, region, _publisher(head, name, nature, region), tuple(why))


def _title(document: Document, stem: str) -> str:
    """The title its reader gave when it is one, else the best heading of the opening, else the file name; none of them
    an order."""
    given = clean_title(document.title)
    if len(given) > 3 and not POOR_TITLE.search(given) and not speaks_to_machines(given):
        return given
    best: tuple[float, str] | None = None
    for rank, block in enumerate(b for b in document.blocks if b.kind == "heading"):
        if block.start > 1500 or rank > 7:
            break
        text = clean_title(document.text[block.start : block.end])
        if NOT_A_TITLE.match(fold(text)) or re.match(r"\d+[.)]", text) or len(text.split()) < 2:
            continue
        if speaks_to_machines(text):
            continue
        value = min(len(text.split()), 8) / 2 - rank - 2 * (block.level - 1) - block.start / 400
        if best is None or value > best[0]:
            best = (value, text)
    if best is not None:
        return best[1]
    return names_by_file(stem)


def _nature(head: str, name: str) -> tuple[Nature | None, list[str]]:
    """The nature with most signs, if they reach the threshold, and the words that told it."""
    best: tuple[int, Nature | None, list[str]] = (0, None, [])
    for nature in ORDER:
        weight, why = 0, []
        for pattern, value in SIGNS[nature]:
            if match := re.search(pattern, head, re.MULTILINE):
                weight += value
                why.append(" ".join(match.group().split()))
        if match := re.search(NAMED[nature], name):
            weight += 2
            why.append(f"nom du fichier : {match.group()}")
        if weight > best[0]:
            best = (weight, nature, why)
    weight, found, why = best
    return (found, why) if weight >= THRESHOLD else (None, [])


def _region(text: str, head: str, name: str, nature: Nature | None) -> str | None:
    """The region named most, the file name and the opening weighing more, when it stands clear of the next one."""
    counts: dict[str, float] = {}
    for code, words in REGIONS.items():
        pattern = re.compile(r"\b(?:" + "|".join(re.escape(word) for word in words) + r")\b")
        counts[code] = len(pattern.findall(text)) + 3 * len(pattern.findall(head)) + 8 * len(pattern.findall(name))
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    (first, most), (_, second) = ranked[0], ranked[1]
    if most >= 4 and most >= 2 * second:
        return first
    if nature == "law":
        european = re.search(r"\((?:ue|ce)\)|union europeenne|parlement europeen", head)
        return "UE" if european else "PAYS-99100"
    return None


def _date(head: str, name: str, today: date) -> date | None:
    """The document's own date: the one that stands by « adopté », « plénière », « publié », or alone on its line; never
    one to come, nor a deadline, nor one that an order says."""
    best: tuple[float, date] | None = None
    for found, start, end, whole in _dates(head):
        before = head[max(0, start - 110) : start]
        if found > today or _is_deadline(before, head[end : end + 40]) or gives_an_order(_block(head, start, end)):
            continue
        line_start, line_end = head.rfind("\n", 0, start) + 1, head.find("\n", end)
        line = head[line_start : line_end if line_end >= 0 else len(head)]
        value = 0.0
        if (
            re.fullmatch(r"[^a-z0-9]*(?:[a-z' -]{0,30}[,:]?\s*)?(?:le\s+)?", line[: start - line_start])
            and len(line) < 100
        ):
            value += 2.5
        if OWN.search(re.split(r"[.!?]\s|\n\n", before)[-1]):
            value += 3
        value += (0.5 if whole else 0) - start / (4 * HEAD)
        if value >= 2 and (best is None or value > best[0]):
            best = (value, found)
    if best is not None:
        return best[1]
    match = ISO.search(name.replace(" ", "-"))
    named = _day(match.group(1), match.group(2), match.group(3)) if match else None
    return named if named is not None and named <= today else None


def _is_deadline(before: str, after: str) -> bool:
    """Whether the words around a date make it the last day to do something, and not the day of the document."""
    above, _, line = before.rpartition("\n\n")
    own = " ".join(re.split(r"[.!?;]\s", line)[-1].split())
    label = above.rpartition("\n\n")[2].strip()
    if not re.search(r"[a-z]{4}", line) and not re.search(r"\d|[.!?;]$", label):  # a label that stands above its date
        own = f"{label} {own}"
    ends = [match.end() for match in DEADLINE.finditer(own)]
    nearer = [match for match in OWN.finditer(own) if ends and match.start() >= ends[-1]]
    return bool(ends and not nearer) or LATEST.match(after) is not None


def _block(text: str, start: int, end: int) -> str:
    """The paragraph in which a span stands, on one line."""
    closes = text.find("\n\n", end)
    return " ".join(text[text.rfind("\n\n", 0, start) + 1 : closes if closes >= 0 else len(text)].split())


def _dates(text: str) -> Iterator[tuple[date, int, int, bool]]:
    """(date, start, end, whether the day is said) of each date in folded `text`."""
    for match in DATE.finditer(text):
        day = _day(match.group(3), str(FOLDED_MONTHS.index(match.group(2)) + 1), match.group(1))
        if day:
            yield day, match.start(), match.end(), match.group(1) is not None
    for match in NUMERIC.finditer(text):
        day = _day(match.group(3), match.group(2), match.group(1))
        if day:
            yield day, match.start(), match.end(), True


def _day(year: str, month: str, day: str | None) -> date | None:
    try:
        return date(int(year), int(month), int(day or 1))
    except ValueError:
        return None


def _publisher(head: str, name: str, nature: Nature | None, region: str | None) -> str | None:
    """Who speaks: a consultative body, a region, the Republic or the Union; a newspaper is not guessed."""
    place = NAMES.get(region or "")
    if re.search(r"\bceser\b|conseil economique,? social et environnemental regional", head + name) and nature in (
        "opinion",
        "communique",
    ):
        return f"CESER {place}" if place else "CESER"
    if nature == "law":
        return "Union européenne" if region == "UE" else ("Région " + place if place else "République française")
    if nature in ("plan", "communique", "fiche") and place and re.search(r"\b(?:la|notre|conseil) region", head):
        return f"Région {place}"
    return None
