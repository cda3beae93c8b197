"""What is known of the company: its regions, size, sectors and needs, from its words and those of the caller.

Nothing is guessed: a text that does not speak of the asker describes nobody, a negation adds nothing, and what is
left unsaid stays empty (an unknown, never a no).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from assistant import speech
from assistant.answers import BEFORE_THE_QUESTION, GivenProfile, Turn
from assistant.clients import client_in, opens_with_a_company
from assistant.cues import heard
from assistant.folding import fold
from assistant.forgetting import FORGOTTEN, forgotten
from assistant.sizes import APART, CLASSES, is_own, size_class, size_given, size_said
from assistant.terms import NEEDS_EN, SECTORS_EN, SIZES_EN, blanked, names_pattern, terms_said, words_pattern
from assistant.territories import Place, bare_place, places, region_label
from ingest.catalogue import Term, Vocabulary, load_schemes
from ingest.naf import naf_sectors


@dataclass(frozen=True, slots=True)
class Profile:
    """Codes of the vocabulary; `regions` are COG codes (several for several sites); turnover in euros."""

    regions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    headcount: int | None = None
    turnover: Decimal | None = None
    sizes: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


def understand_profile(
    text: str,
    given: GivenProfile,
    history: Sequence[Turn],
    vocabulary: Vocabulary,
    names: Collection[str] | None = None,
    *,
    about_me: bool = False,
    said_since: Sequence[int] = BEFORE_THE_QUESTION,
) -> Profile:
    """The company as the last one that speaks of it says: a message, or the caller who gives a part of it.

    A part counts where it was given (`said_since`, as in Question); a sector and a need given win over all messages.

    `names` are those of schemes (default: the catalogue's): the words inside them say nothing of the company.
    `about_me` tells that the text describes the company (it was asked to), though it may not say "we".
    """
    profile = Profile()
    hidden = names_pattern(tuple(sorted(_catalogue_names() if names is None else names)))
    messages = [*(turn.content for turn in history if turn.role == "user"), text]
    asked = _asked_of(history)
    for left in range(len(messages), 0, -1):
        part = _given_then(given, said_since, left, len(messages))
        profile = forgotten(_updated(profile, _given(part, vocabulary)), part)
        folded = fold(messages[-left])
        another = speech.SOMEONE_ELSE.search(folded) is not None
        if another:
            profile = Profile()
        described = another and speech.A_COMPANY.search(folded) is not None
        answers = asked[-left] and "?" not in messages[-left]  # what it was asked of itself
        about_it = described or answers or (about_me and left == 1)
        told = _told(blanked(hidden, messages[-left]), vocabulary, about_it)
        if left > 1 and given.region and said_since[0] >= left and not _asks_for_someone(messages[-left], told):
            told = replace(told, regions=(), places=())  # that place was what the question was about, and is over
        profile = _updated(profile, told)
    part = _given_then(given, said_since, 0, len(messages))
    return forgotten(_updated(profile, _given(part, vocabulary)), part)


def _asked_of(history: Sequence[Turn]) -> list[bool]:
    """For each message of the user, the one to come included, whether what was said to him just before asked something."""
    asked, before = [], ""
    for turn in history:
        if turn.role == "user":
            asked.append(before.rstrip().endswith("?"))
        before = turn.content if turn.role == "assistant" else ""
    return [*asked, before.rstrip().endswith("?")]


def _asks_for_someone(message: str, told: Profile) -> bool:
    folded = fold(message)
    speaks = speech.VOICE.search(folded) is not None or speech.FOLLOW_UP.match(folded) is not None
    return bool(told.sizes) or speaks or heard("which_aid", folded)


def _given_then(given: GivenProfile, said_since: Sequence[int], left: int, most: int) -> GivenProfile:
    """The parts given when `left` messages were still to come, of `most` in all."""
    when = dict(zip(("region", "size", "sector", "need"), said_since, strict=True))
    lasting = {name for name in ("sector", "need") if getattr(given, name) not in (None, FORGOTTEN)}
    kept = {name for name, since in when.items() if (0 if name in lasting else min(since, most)) == left}
    return GivenProfile(**{name: getattr(given, name) for name in kept})


@lru_cache(maxsize=1)
def _catalogue_names() -> frozenset[str]:
    return frozenset(name for scheme in load_schemes() for name in (scheme.name, *scheme.aliases))


def described(profile: Profile, vocabulary: Vocabulary) -> GivenProfile:
    """French labels for the public record, several joined by " ; ", None where nothing is known."""

    def labels(codes: Iterable[str], terms: Mapping[str, Term]) -> str | None:
        return " ; ".join(term.label for code, term in terms.items() if code in set(codes)) or None

    return GivenProfile(
        region=" ; ".join(region_label(code) for code in profile.regions) or None,
        size=labels(profile.sizes, vocabulary.sizes),
        sector=labels(profile.sectors, vocabulary.sectors),
        need=labels(profile.needs, vocabulary.needs),
    )


def _updated(old: Profile, new: Profile) -> Profile:
    """The later message wins, part by part; a part it leaves empty keeps its value."""
    if new.regions:
        old = replace(old, regions=new.regions, places=new.places)
    if new.sizes:
        old = replace(old, sizes=_sizes(old, new), headcount=_headcount(old, new))
    turnover, sectors, needs = new.turnover or old.turnover, new.sectors or old.sectors, new.needs or old.needs
    return replace(old, turnover=turnover, sectors=sectors, needs=needs)


def _sizes(old: Profile, new: Profile) -> frozenset[str]:
    """The later size; one that says no class ("startup") leaves the class that was said."""
    return new.sizes if new.sizes & {*CLASSES, *APART} else new.sizes | old.sizes


def _headcount(old: Profile, new: Profile) -> int | None:
    """The later headcount; that said before where the later size does not contradict it."""
    if new.headcount is not None or old.headcount is None:
        return new.headcount
    agrees = size_class(old.headcount, old.turnover) in _sizes(old, new)
    return old.headcount if agrees else None


def _given(given: GivenProfile, vocabulary: Vocabulary) -> Profile:
    sites: list[Place] = []
    for part in re.split(r"\s*[;/+]\s*|\s*,\s*|\s+et\s+", given.region or ""):
        place = bare_place(part) if part.strip() else None
        sites += [place] if place else places(part)
    regions, names = _sites(sites)
    sizes, headcount, turnover = size_given(given.size or "", vocabulary)
    return Profile(
        regions=regions,
        places=names,
        headcount=headcount,
        turnover=turnover,
        sizes=sizes,
        sectors=_given_sectors(given.sector or "", vocabulary),
        needs=frozenset(code for code, _ in terms_said(fold(given.need or ""), vocabulary.needs, NEEDS_EN)),
    )


def _given_sectors(text: str, vocabulary: Vocabulary) -> frozenset[str]:
    """Sectors in words or NAF codes, several separated by ; or , ."""
    by_code = [naf_sectors(part) for part in re.split(r"[;,|]", text)]
    words = {code for code, _ in terms_said(fold(text), vocabulary.sectors, SECTORS_EN)}
    words |= {code for part in re.split(r"[;,|]", text) if (code := fold(part).strip()) in vocabulary.sectors}
    return frozenset(words).union(*(sectors for sectors in by_code if sectors))


# ---- a message ------------------------------------------------------------------------------------------------

_ALSO_INDUSTRY = ("fabriqu*", "conserverie", "agroaliment*", "pharmaceut*", "parfum*", "usin*", "manufactur*")


def _told(message: str, vocabulary: Vocabulary, about_me: bool) -> Profile:
    """One message, and the part of it that describes a company in the third person."""
    read, client = _read(message, vocabulary, about_me), client_in(message, vocabulary)
    return _updated(read, _read(client, vocabulary, about_me=True)) if client else read


def _read(message: str, vocabulary: Vocabulary, about_me: bool) -> Profile:
    """One message: the parts of it that speak of the asker; all of it when it is known to."""
    folded = fold(message)
    opening = opens_with_a_company(message, vocabulary)
    voice = about_me or opening or speech.VOICE.search(folded) is not None or speech.FOLLOW_UP.match(folded) is not None
    voice = voice or _says_where_alone(message, folded)
    sizes, headcount, turnover = size_said(message, folded, vocabulary, voice, listed=about_me or opening)
    seeks = voice or bool(sizes) or speech.SEEKS.search(folded) is not None
    regions, names = _sites(_own_places(message, folded)) if seeks else ((), ())
    sectors: set[str] = set()
    needs: set[str] = set()
    if voice:
        for number, sentence in enumerate(_sentences(folded)):
            if not (about_me or speech.VOICE.search(sentence) or (opening and number < 2)):
                continue
            sectors |= _sectors(_description(sentence), vocabulary)
            needs |= _needs(sentence, vocabulary)
    if sizes:  # "une PME industrielle du Var peut-elle…": what follows the size word
        for _, at in terms_said(folded, vocabulary.sizes, SIZES_EN):
            sectors |= _sectors(folded[at : at + 30].split(",")[0], vocabulary) if is_own(folded, at, voice) else set()
    for code in speech.NAF.finditer(folded):
        sectors |= naf_sectors(code[1]) or frozenset()
    if voice:
        needs |= {need for asked in speech.QUESTION.findall(folded) for need in _needs(asked, vocabulary)}
    if (voice or sizes) and speech.SEEKS.search(folded):
        needs |= _needs(folded, vocabulary)
    return Profile(regions, names, headcount, turnover, sizes, frozenset(sectors), frozenset(needs))


def _sentences(folded: str) -> Iterator[str]:
    for match in re.finditer(r"[^.?!;\n]+(?:\.(?=\d)[^.?!;\n]*)*", folded):
        yield match[0].strip()


def _description(sentence: str) -> str:
    """What a sentence says the company is, before what it wishes or asks."""
    wish = speech.WISH.search(sentence)
    return sentence[: wish.start()] if wish else sentence


def _own_places(message: str, folded: str) -> list[Place]:
    """Places of the asker: towns and departments before regions, none that is denied or names an institution."""
    kept = [
        place
        for place in places(message)
        if not speech.NOT.search(folded[max(0, place.start - 40) : place.start])
        and not re.search(r"\b(?:ceser|plan(?: ia)?|conseil regional)(?: (?:de la region|de la|de|des|d'|du|region))* ?$",
                          folded[max(0, place.start - 40) : place.start])
        and not re.match(r" (?:conseil|cyber|numerique)\b", folded[place.end :])
    ]  # fmt: skip
    exact = [place for place in kept if place.kind != "region"]
    return exact if any(place.code for place in exact) else kept


def _says_where_alone(message: str, folded: str) -> bool:
    """Whether a message says a place and nothing else ("Vendée, donc Pays de la Loire")."""
    found = places(message)
    for place in found:
        folded = folded[: place.start] + " " * (place.end - place.start) + folded[place.end :]
    said = set(re.findall(r"[a-z]{3,}", folded)) - speech.WHERE_WORDS
    return bool(found) and not said


def _sites(found: Sequence[Place]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = {p.name: str(p.code) for p in found if p.code}
    return tuple(dict.fromkeys(known.values())), tuple(known)


def _sectors(description: str, vocabulary: Vocabulary) -> set[str]:
    found = {
        code for code, at in terms_said(description, vocabulary.sectors, SECTORS_EN) if not _denied(description, at)
    }
    makes = any(not _denied(description, m.start()) for m in words_pattern(_ALSO_INDUSTRY).finditer(description))
    return found | {"industrie"} if makes else found


def _needs(sentence: str, vocabulary: Vocabulary) -> set[str]:
    return {
        code
        for code, at in terms_said(sentence, vocabulary.needs, NEEDS_EN)
        if not _denied(sentence, at) and not (code == "equipement" and speech.MAKES.search(sentence[:at]))
    }


def _denied(text: str, at: int) -> bool:
    return speech.NOT.search(text[max(0, at - 50) : at]) is not None
