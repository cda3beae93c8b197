"""The parts of a question: the clauses, the regions or the schemes that each ask for something of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from assistant.cues import Expected, expected_type, fields_asked, folded_text
from assistant.naming import names_in, schemes_named, spans_of_names
from assistant.territories import places, region_label
from index.tokens import content_tokens
from ingest.schemes import Field, Scheme


@dataclass(frozen=True, slots=True)
class Part:
    """A clause that asks something of its own, with the names it leans on, the type and the attribute it expects.

    `asked` are its own words; `regions` the COG codes of the regions it is about, none where it names none; `side` tells
    that it is the same question asked of one of two things.
    """

    text: str
    expected: Expected | None
    fields: tuple[Field, ...]
    regions: tuple[str, ...] = ()
    asked: str = ""
    side: bool = False


_JOINED = re.compile(
    r"(?<=[.?!;:])\s+"
    r"|,?\s+(?:et|and|puis|ensuite|vs\.?|versus|contre|tandis que|alors que|while)\s+(?=(?:(?:à|de|d'|en|dans|pour|sur|par|avec|in|with|at)\s+)?"
    r"(?:qui|que|quoi|quel\w*|combien|où|quand|comment|lequel|laquelle|ce sont|c'est|nb|nombre|what|how|who|when|where|which)\b)"
    r"|,\s+(?=(?:livré|quand|combien|quel\w*|où|qui)\b)"
)
_PRONOUN = re.compile(
    r"\b(?:il|elle|ils|elles|ça|cela|celle-ci|celui-ci|lui|leur|y|it|they|its|their)\b", re.IGNORECASE
)
_COUPLED = re.compile(
    r",?\s+(?:et|ou|puis|contre|vs\.?|versus|and|or|then)\s+(?P<led>(?:(?:de|à|avec|par|pour|chez|in|of|for)\s+)?(?:(?:le|la|les|the)\s+|[dl]')?[«\"“]?\s*)"
)
_EACH = re.compile(r"\b(?:chacune?|respectivement|l'une? et l'autre|each|respectively)\b", re.IGNORECASE)
_PAIRED = re.compile(
    r"\b(?:chacune?|respectivement|l'une?|l'autre|(?:les|ces|eux|elles|tous|toutes) deux|lequel|laquelle|différences?|distinctions?|compar\w+|distingu\w+|each|both|respectively|differences?)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:entre|between)\s+", re.IGNORECASE)
_TOPIC = re.compile(r"^(?P<first>[^:,?.]{2,40}?)(?:,| et| puis| ou| contre| vs)\s+(?P<second>[^:,?.]{2,40}?)(?= ?:)")
_WITHIN = re.compile(r"\s+(?:(?:de|du|des|la|le|les|sur|en|of|the|pour)\s+)*(?:[dl]')?")  # between the words of a name
_ENDS = re.compile(r"[?:;,.]|$")
FEW = 2  # content words up to which a clause says too little of its subject
INTERROGATIVE = re.compile(
    r"\b(?:(?:au|aux|de|des|du)?(?:le|la|les)?quel(?:le)?s?|quoi|which|what)\b"
    r"|\bqu'est-ce\b|^(?:\w+ )?(?:qui|que|qu')\b|\bque \w+(?:-t)?-(?:il|elle|on|ils|elles)\b"
)
_TELLS_WHEN = re.compile(
    r"(?:quand|lorsque?) ?(?:il|elle|ils|elles|on|je|nous|vous|le|la|les|l'|une?|des|ce|cette)\b(?!-)"
)
_AND = re.compile(r",?\s+(?:et|and)\s+")
_ASKS = re.compile(
    r"\b(?:quel(?:le)?s?|combien|où|quand|comment|pourquoi|quoi|how many|how much|when|where|what)\b", re.IGNORECASE
)


JOINTS = 40  # of a text, looked at from both sides: a question has few, a history made for it thousands


def clauses(text: str) -> tuple[str, ...]:
    """The clauses of a question joined by "et", "vs", a colon or a full stop, when each asks something of its own."""
    pieces = [half for piece in _JOINED.split(text) if piece for half in _halves(piece)]
    return tuple(piece.strip(" ,;:?") for piece in pieces if len(piece.split()) >= 2)


def _halves(piece: str) -> tuple[str, ...]:
    """A clause cut at the one "et" that has an interrogative on each of its sides ("c'est où et ça ouvre quand")."""
    for joint in islice(_AND.finditer(piece), JOINTS):
        left, right = piece[: joint.start()], piece[joint.end() :]
        if _ASKS.search(left) and _ASKS.search(right):
            return left, right
    return (piece,)


def parts_of(text: str, schemes: Sequence[Scheme]) -> tuple[Part, ...]:
    """The clauses that ask something, each with the names of the whole question it lacks; else a part for each region
    named, or for each side of a couple ("A et B, chacun…"); else the whole."""
    within = spans_of_names(text, schemes)  # "France 2030 et stratégie nationale" is one name
    if _EACH.search(text) and (coupled := _by_couple(text, within)):
        return coupled
    pieces = clauses(text)
    asking = [p for p in pieces if _asks(p, text)]
    if len(asking) < 2:
        return _by_region(text) or _by_couple(text, within) or (_part(text),)
    placed = _placed(text)
    topic = (
        pieces[0] if pieces[0] not in asking and f"{pieces[0]} :" in " ".join(text.replace(":", " :").split()) else ""
    )
    named = dict.fromkeys([*(scheme.name for scheme in schemes), *(n for n in names_in(text) if n not in placed)])
    subject = topic or " ".join(named)
    kept = []
    for piece in asking:
        where = _placed(piece)
        own = set(names_in(f"– {piece}")) - where or schemes_named(piece, schemes)
        said = " ".join(word for word in piece.replace("combien de temps", "").split() if word not in where)
        leans = _PRONOUN.search(piece) or len(content_tokens(said)) <= FEW
        kept.append(_part(f"{piece} {subject if leans and not own else ''}".strip(), piece))
    return tuple(kept)


def _asks(piece: str, text: str) -> bool:
    """Whether a clause of a text asks something: not where it only tells when, nor as the topic before a colon."""
    folded = folded_text(piece)
    if _TELLS_WHEN.match(folded) and re.search(rf"{re.escape(piece)}\s*,(?!\s*(?:et|puis|and)\b)", text):
        return False
    if re.search(rf"{re.escape(piece)}\s*:", text) and not (_ASKS.search(piece) or "?" in piece):
        return False
    return bool(expected_type(folded) or INTERROGATIVE.search(folded))


def _placed(text: str) -> set[str]:
    """The words by which a text names places: they tell where, not what."""
    return {word for place in places(text) for word in text[place.start : place.end].split()}


def _part(text: str, own: str | None = None, regions: tuple[str, ...] | None = None) -> Part:
    """A part of `text`; its type and attribute are those of its own words."""
    folded = folded_text(own or text)
    if regions is None:
        regions = tuple(dict.fromkeys(p.code for p in places(own or text) if p.code))
    return Part(text, expected_type(folded), fields_asked(folded), regions, own or text)


def _by_region(text: str) -> tuple[Part, ...]:
    """The question asked of each of the regions it names, the places of the others taken out; none for a single one."""
    named = [place for place in places(text) if place.code]
    codes = tuple(dict.fromkeys(place.code for place in named if place.code))
    if len(codes) < 2:
        return ()
    parts = []
    for code in codes:
        kept = text
        for place in sorted(named, key=lambda p: -p.start):
            if place.code != code:
                kept = kept[: place.start] + kept[place.end :]
        one = _part(f"{' '.join(kept.split())} {region_label(code)}", text, (code,))
        parts.append(replace(one, asked=one.text, side=True))
    return tuple(parts)


def _by_couple(text: str, within: Sequence[tuple[int, int]]) -> tuple[Part, ...]:
    """The question asked of each side of a couple that it sets side by side; none where it couples nothing."""
    coupled = _couple(text, within)
    if coupled is None:
        return ()
    sides = (" ".join(side.split()) for side in coupled)
    return tuple(replace(_part(side, text, ()), asked=side, side=True) for side in sides)


def _couple(text: str, within: Sequence[tuple[int, int]]) -> tuple[str, str] | None:
    topic = _TOPIC.match(text)
    if topic and any(start < topic.end("first") < end for start, end in within):
        topic = None
    if topic and _PAIRED.search(text):
        rest = text[topic.end("second") :]
        return topic["first"] + rest, topic["second"] + rest
    names = _name_spans(text)
    for joint in islice(_COUPLED.finditer(text), JOINTS):
        if any(start < joint.start() < end for start, end in within):
            continue
        before, after = text[: joint.start()], text[joint.end() :]
        left = next((start for start, end in names if not text[end : joint.start()].strip(' »"”')), None)
        right = next((end for start, end in names if start == joint.end()), None)
        if left is not None and right is not None:
            return before + text[right:], f"{text[:left]} {after}"
        again = " ".join(after.split()[:2])
        if not (_PAIRED.search(text) or (len(again) > 6 and again in before)):
            continue
        end = _ENDS.search(after)
        rest = after[end.start() :] if end else ""
        between = _BETWEEN.search(before)
        if between:
            return before + rest, before[: between.start()] + joint["led"] + after
        if joint["led"].strip() or re.match(r"(?:une?|cel(?:ui|le)|an?)\b", after):
            return before + rest, joint["led"] + after
    return None


def _name_spans(text: str) -> list[tuple[int, int]]:
    """Where the text names something, names of several words whole."""
    spans: list[tuple[int, int]] = []
    names = "|".join(map(re.escape, sorted(names_in(f"– {text}"), key=len, reverse=True)))
    for match in re.finditer(rf"(?<!\w)(?:{names})[\w/+-]*", text) if names else ():
        if spans and _WITHIN.fullmatch(text, spans[-1][1], match.start()):
            spans[-1] = (spans[-1][0], match.end())
        else:
            spans.append(match.span())
    return spans
