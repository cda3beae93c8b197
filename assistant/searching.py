"""Search for a question: whole and by its parts, the named scheme, the region and the nature of sources as weights."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from assistant.adapter import Matrix, adapted
from assistant.counted import in_french
from assistant.cues import folded_text
from assistant.evidence import PASSAGES_READ, quotable
from assistant.given import Found, asked_texts
from assistant.naming import mentions
from assistant.people import post_asked
from assistant.sources import source_named
from assistant.understanding import Understanding
from assistant.wording import load_cues
from index.retriever import Hit, QueryEncoder, search, search_lexical
from index.store import DocumentInfo, Index
from ingest.documents import Passage
from ingest.schemes import Scheme

RETRIEVED = 20  # the contract's length of `retrieved`
NATURE = {"plan": 1.0, "law": 1.0, "communique": 0.98, "press": 0.97, "opinion": 0.96, "fiche": 1.0}
RECALLED = 4  # passages found again by the answer that a follow-up comes after
FIRST = 5  # passages that stay before those added: what is measured of a search is their recall
OLDER, OLDEST = 0.01, 0.04  # what a source loses for each year before the newest, at most: it settles ties of a nature

Search = Callable[..., list[Hit]]
Names = Callable[[Understanding], list[str]]
Adapt = Callable[[Matrix, str], Matrix]


@dataclass(frozen=True, slots=True)
class Weights:
    """The factors that reorder what was found; 1, and 0 for `source`, `older` and `oldest`, change nothing.

    `named` is for a passage of, or under a heading naming, the scheme asked about, `fiche` for its fiche; `digested` for
    a digest when the document it digests is in the index too; `source` what a passage of the document that the question
    names ("le communiqué du CESER…") gains at most; `unquotable` for the sources of a fiche and what it says it does not
    know: read, not quoted.
    """

    nature: Mapping[str, float] = field(default_factory=lambda: NATURE)
    older: float = OLDER
    oldest: float = OLDEST
    named: float = 1.25
    fiche: float = 1.35
    same_region: float = 1.08
    other_region: float = 0.80
    digested: float = 0.92
    source: float = 0.35
    unquotable: float = 0.3


WEIGHTS = Weights()


def boost_for(
    understanding: Understanding,
    regions: Collection[str],
    documents: Mapping[str, DocumentInfo],
    weights: Weights = WEIGHTS,
) -> Callable[[Passage, DocumentInfo], float]:
    """The factor of each passage: it reorders what was found and hides nothing."""
    fiches = {f"fiche-{scheme.id}" for scheme in understanding.schemes}
    sources = source_named(understanding.text, documents)
    newest = max((info.date for info in documents.values() if info.date), default=None)

    def factor(passage: Passage, info: DocumentInfo) -> float:
        value = weights.nature.get(info.nature or "", 1.0) * (1.0 if quotable(passage) else weights.unquotable)
        value *= age(info.date, newest, older=weights.older, oldest=weights.oldest)
        if passage.doc in fiches:
            value *= weights.fiche
        elif understanding.schemes:
            place = folded_text(" ".join((*passage.heading, passage.text)))
            if any(mentions(place, scheme) for scheme in understanding.schemes):
                value *= weights.named
        value *= 1 + weights.source * sources.get(passage.doc, 0.0)
        if regions and info.region and info.region.startswith("REG-"):
            value *= weights.same_region if info.region in regions else weights.other_region
        if passage.doc.startswith("dossier-") and passage.doc.removeprefix("dossier-") in documents:
            value *= weights.digested
        return value

    return factor


def age(day: date | None, newest: date | None, *, older: float = OLDER, oldest: float = OLDEST) -> float:
    """The factor of a source of this date beside the newest: the newer before the older; 1 for one without a date."""
    years = (newest - day).days / 365.25 if day and newest else 0.0
    return 1 - min(oldest, older * years)


def names_of_schemes(understanding: Understanding) -> list[str]:
    """The name of each scheme asked about, under whatever alias or acronym: its documents may know no other."""
    return [scheme.name for scheme in understanding.schemes]


def find(
    index: Index,
    encoder: QueryEncoder,
    understanding: Understanding,
    regions: Collection[str],
    *,
    weights: Weights = WEIGHTS,
    search: Search = search,
    names: Names = names_of_schemes,
    adapt: Adapt = adapted,
) -> Found:
    """The best passages of the index for the whole question and for each of its parts."""
    asked = asked_texts(understanding)
    vectors = encoder.encode_queries(asked)
    towards = adapt(vectors, encoder.fingerprint)
    own = [part.regions for part in understanding.parts] if len(asked) > 1 else []
    boosts = [boost_for(understanding, of or regions, index.documents, weights) for of in ((), *own)]
    extra = names(understanding)
    if understanding.expected == "person":
        nouns = load_cues()["post_nouns"]
        extra += [nouns[post] for post in post_asked(understanding.text)[0] if post in nouns]
    if understanding.language == "en":
        extra.append(in_french(understanding.text))
    best: dict[str, Hit] = {}
    for i, text in enumerate(asked):
        found = search(index, encoder, text, k=RETRIEVED, boost=boosts[i], query_vector=towards[i], extra_terms=extra)
        for hit in found:
            known = best.get(hit.passage.passage_id)
            if known is None or hit.score > known.score:
                best[hit.passage.passage_id] = hit
    ranked = sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.passage_id))[:RETRIEVED]
    if understanding.recalled:
        vector = encoder.encode_queries([understanding.recalled])[0]
        spoken = search(index, encoder, understanding.recalled, k=RECALLED, boost=boosts[0], query_vector=vector)
        ranked = with_spoken_of(ranked, spoken)
    return Found(with_facts_asked(ranked, index, understanding), index.documents, vectors, towards)


def with_spoken_of(ranked: Sequence[Hit], spoken: Sequence[Hit]) -> list[Hit]:
    """What was found for a follow-up, with the passages that the answer before it came from right after the first ones.

    That answer is whatever the caller says it was: it finds passages again, and no word of it is read as evidence.
    """
    added = [hit for hit in spoken if hit.passage.passage_id not in {h.passage.passage_id for h in ranked[:FIRST]}]
    kept = {hit.passage.passage_id for hit in added}
    rest = [hit for hit in ranked if hit.passage.passage_id not in kept]
    worth = rest[FIRST - 1].score if len(rest) >= FIRST else 0.0
    return [*rest[:FIRST], *(replace(hit, score=min(hit.score, worth)) for hit in added), *rest[FIRST:]][:RETRIEVED]


def with_facts_asked(ranked: Sequence[Hit], index: Index, understanding: Understanding) -> list[Hit]:
    """What was found, with the passages of fiches that tell the attribute asked of a scheme named right after the first
    ones: a question of three words ("et comment la demander ?") may be nearer to twenty others."""
    if not ranked or not understanding.fields or len(understanding.parts) > 1:
        return list(ranked)
    read = {hit.passage.passage_id for hit in ranked[:PASSAGES_READ]}
    telling = [
        Hit(passage, ranked[-1].score, None, None)
        for scheme in understanding.schemes
        for fact in scheme.facts
        if fact.field == understanding.fields[0]
        for passage in index.of_document(f"fiche-{scheme.id}")
        if fact.text in passage.text and passage.passage_id not in read
    ]
    added = {hit.passage.passage_id: hit for hit in telling}
    rest = [hit for hit in ranked if hit.passage.passage_id not in added]
    return [*rest[:FIRST], *added.values(), *rest[FIRST:]][:RETRIEVED]


def nearness(index: Index, schemes: Sequence[Scheme], text: str, vector: NDArray[np.float32]) -> dict[str, float]:
    """How near the question is to the fiche of each scheme: best cosine of its passages, and its words beside.

    `vector` is half the question's own, half bent towards what answers it: on 221 companies described the scheme meant
    is proposed for 0.94, for 0.91 by the plain one and 0.93 by the bent one (docs/measurements.md).
    """
    rows = {s.id: index.searched_rows(f"fiche-{s.id}") for s in schemes}
    flat = [row for found in rows.values() for row in found]
    if not flat:
        return {}
    cosine = dict(zip(flat, (index.vectors.some(flat) @ vector).tolist(), strict=True))
    words = {hit.passage.doc: hit.score for hit in reversed(search_lexical(index, text, k=400))}
    return {
        identity: (max(cosine[row] for row in found) - 0.75) / 0.2 + 0.3 * words.get(f"fiche-{identity}", 0.0)
        for identity, found in rows.items()
        if found
    }
