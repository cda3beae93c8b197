"""French tokens, one rule for what is indexed and what is asked: stems without accents, numbers and acronyms kept."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

import Stemmer

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "′": "'", "\u00ad": None})
_DASHES = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-"})
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})

# Optical reading takes a capital I for a small l: "I'lA" is "l'IA", "FlF" is "FIF". Only beside capitals.
_READ_ELISION = re.compile(r"(?<!\w)[I|]'(?=[A-Zl])")
_READ_CAPITAL = re.compile(r"(?<![a-zà-ÿ\d])l(?=[A-Z](?![a-zà-ÿ]))|(?<=[A-Z])l(?=[A-Z])")
_DOTTED = re.compile(r"(?<!\w)(?:[A-Za-z]\.){2,}")  # I.A. → IA
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:\s\d{3})+(?!\d)")
_ORDINAL = re.compile(r"(?<!\w)(\d+)(?:ers?|eres?|nde?s?|e|emes?)(?!\w)")
_MONEY = (  # "50 k€", "1,4 M€", "3 €" read as their words
    (re.compile(r"(?<=\d)\s?(?:md|mds|mrd)\s?€", re.I), " milliard euro "),
    (re.compile(r"(?<=\d)\s?m€", re.I), " million euro "),
    (re.compile(r"(?<=\d)\s?k€", re.I), " millier euro "),
    (re.compile("€"), " euro "),
)
_ELISION = re.compile(r"(?<![\w'])(?:qu|jusqu|lorsqu|puisqu|quoiqu|[ldjmtsnc])'(?=\w)")
_TOKEN = re.compile(
    r"aujourd'hui"
    r"|\d+(?:[.,]\d+)+(?!\w)|\d+(?![\w&])"
    r"|[a-z]&[a-z](?!\w)"
    r"|[^\W_]+(?:-[^\W_]+)*"
)
_PREFIXES = frozenset(  # written joined or not, read as one word
    """
    agro anti auto bio co cyber e eco geo hyper infra inter intra macro mega meta micro mini multi nano neuro non para
    photo pluri poly post pre pro pseudo psycho radio re semi socio sous start sub super sur tele thermo trans tri
    ultra uni
    """.split()
)

_STOP_WORDS = frozenset(
    """
    a afin ai aie aient ailleurs ainsi ait alors apres as assez au aucun aucune aucuns aujourd'hui auquel aura aurai
    auraient aurais aurait auras aurez auriez aurons auront aussi autant autre autres autrement aux auxquelles
    auxquels avaient avais avait avant avec avez avoir avons ayant beaucoup bien c car ce ceci cela celle celle-ci
    celle-la celles celui celui-ci celui-la cependant certain certaine certaines certains ces cet cette ceux
    chacun chacune chaque chez ci comme d dans davantage de debout dedans dehors deja depuis derriere des
    desormais desquelles desquels dessous dessus devant donc dont du duquel durant elle elles en encore enfin
    ensuite entre es est et etaient etais etait etant ete etes etre eu eue eux furent fut guere hormis hors ici il
    ils j jamais je jusque l la laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui m ma
    maintenant mais malgre me meme memes mes mien mienne moi moins mon n ne neanmoins ni nos notamment notre nous
    nul on ont or ou outre par parce parfois parmi pas pendant peu peut-etre plus plusieurs plutot pour pourtant
    presque puis puisque qu quand que quelque quelques qui quiconque quoi quoique s sa sans sauf se selon sera
    serai seraient serais serait seras serez seriez serons seront ses seul si sien sienne sinon soi soient sois
    soit sommes son sont sous soyez suis suite sur t ta tandis tant te tel telle telles tels tes tien toi ton
    toujours tous tout toute toutefois toutes tres trop tu un une unes uns va vais vers via voici voila vont vos
    votre votres vous vu y
    """.split()
)
_QUESTION_WORDS = frozenset(
    """
    combien comment pourquoi quel quelle quelles quels quoi est-ce existe existe-t-il existent y-a-t-il faire fais
    fait faites faut faudrait peut peuvent peux pouvez pouvoir pouvons pourrait pourrais pourrions puis-je dois
    doit doivent devez devons devrait devrais devoir svp merci bonjour veux veut voulez voudrais voudrait souhaite
    souhaiterais aimerais dire dites donne donnez donner sais savoir expliquez explique expliquer
    """.split()
)
_ENGLISH = frozenset(  # of questions asked in English; none is a French word of meaning
    """
    the of and what which how is are my can does do we our to in for with who when where it this that you your i
    """.split()
)
STOP_WORDS: frozenset[str] = _STOP_WORDS | _QUESTION_WORDS | _ENGLISH

_FEMININE_PAST = re.compile(r"(?<=\w\w\w)ees?$")  # -ée(s) without its accent, which the stemmer knows only with it
_PLURAL = re.compile(r"(?<=[aiou])s$|(?<=[eo]u)x$")  # euros, emplois, lieux: the stemmer keeps these endings
_stemmer: Any = Stemmer.Stemmer("french")


def fold(text: str) -> str:
    """Lower case, compatibility forms unfolded, accents and ligatures removed, apostrophes and dashes made plain."""
    return _without_accents(_plain(text).lower())


def stem(word: str) -> str:
    """The stem of one folded word (Snowball French)."""
    return _stem(word)


def tokens(text: str) -> list[str]:
    """What the lexical index sees of `text`, in order: stems without stop words; a compound gives parts and whole."""
    kept: list[str] = []
    for word in _words(text):
        kept += _readings(word)
    return kept


@lru_cache(maxsize=1 << 14)  # an answer asks 900 times for the tokens of 100 sentences: 110 of its 160 ms without
def content_tokens(text: str) -> tuple[str, ...]:
    """The distinct tokens of `text` in order, each compound by its parts alone: what an answer has to cover."""
    kept: dict[str, None] = {}
    for word in _words(text):
        readings = _readings(word)
        kept.update(dict.fromkeys(readings[:-1] if len(readings) > 2 else readings))
    return tuple(kept)


def _plain(text: str) -> str:
    compatible = unicodedata.normalize("NFKC", text.translate(_LIGATURES).translate(_APOSTROPHES))
    return compatible.translate(_DASHES)


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def _words(text: str) -> list[str]:
    """Folded words, numbers and compounds of `text`, stop words still in."""
    plain = _plain(text)
    plain = _READ_CAPITAL.sub("I", _READ_ELISION.sub("l'", plain))
    plain = _DOTTED.sub(lambda m: m.group().replace(".", "") + " ", plain)
    folded = _without_accents(plain.lower())
    folded = _THOUSANDS.sub(lambda m: re.sub(r"\s", "", m.group()), folded)
    for pattern, words in _MONEY:
        folded = pattern.sub(words, folded)
    folded = _ORDINAL.sub(r"\1", folded)
    folded = _ELISION.sub("", folded)
    return _TOKEN.findall(folded)


@lru_cache(maxsize=1 << 17)
def _readings(word: str) -> tuple[str, ...]:
    """The tokens one word stands for: none for a stop word; the parts, then the whole, of a compound."""
    if word == "aujourd'hui":
        return (word,)
    if word in STOP_WORDS:
        return ()
    if word[0].isdigit() and not any(c.isalpha() for c in word):
        return tuple(_number(part) for part in word.split("-") if part)
    parts = word.split("-")
    if len(parts) == 1:
        return (_stem(word),)
    meant = tuple(_stem(part) for part in parts if part not in STOP_WORDS)
    if parts[0] in _PREFIXES and len(parts) == 2:
        return (_stem(parts[1]), _stem("".join(parts)))
    return (*meant, "-".join(meant)) if len(meant) > 1 else meant


def _number(digits: str) -> str:
    """One spelling a number: "1,40" is "1.4", "10,00" is "10"; dates and versions keep their dots."""
    dotted = digits.replace(",", ".")
    if dotted.count(".") == 1:
        return dotted.rstrip("0").rstrip(".")
    return dotted


@lru_cache(maxsize=1 << 17)
def _stem(word: str) -> str:
    if len(word) <= 3 or any(c.isdigit() or c == "&" for c in word):
        return word
    found = _without_accents(str(_stemmer.stemWord(_FEMININE_PAST.sub("e", word))))
    return _PLURAL.sub("", found) if len(found) > 4 else found
