"""From evidence to an ending: the aid that fits, a whole list, the facts asked for, or "the documents do not say"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.belonging import of_another_region
from assistant.breakdown import shared_out
from assistant.endings import Context, Ending, abstained, attribute_unsaid, named_matches
from assistant.evidence import Unit
from assistant.lists import ANNOUNCED_WORDS, LIST_WORDS, announces
from assistant.offering import aid_instead, compared, everywhere, ruled_out, schemes_listed, uncovered, which_aid
from assistant.premises import Contradicted, denied
from assistant.quoting import quoted
from assistant.standings import state_told
from assistant.sufficiency import FORMED, Decision, decide, support, unsaid_parts
from assistant.understanding import Understanding
from index.retriever import Hit
from index.tokens import content_tokens

FACT_WORDS, FACT_UNITS = 86, 4  # a fact takes 90 words at most, the headings that lead in included
FRAMED_WORDS = 68  # the same, less the English words around French quotes
MANY_WORDS, MANY_UNITS = 125, 5  # a comparison or a question in several parts takes 170
FULL_FIT = 0.25  # the same, of an order to tell in full what was spoken of, whose terms are those of the answer too
LIST_FIT = 0.55  # a list is given whole when its introduction and headings hold this share of the question's terms


def compose(context: Context) -> Ending:
    """The ending without a generator: the first of these ways that has something to say, else an abstention."""
    if context.given:
        odds = context.found.odds
        if odds is not None and odds <= 0:
            return abstained(context, "not_in_documents", ())
        return _facts(context) or abstained(context, "no_passage", ())
    for way in (ruled_out, uncovered, everywhere, which_aid, schemes_listed, compared, state_told, _facts):
        ending = way(context)
        if ending is not None:
            return ending if ending.status != "abstained" else aid_instead(context) or ending
    return aid_instead(context) or abstained(context, "no_passage", ())


def _facts(context: Context) -> Ending | None:
    """The facts asked for, quoted; a list whole where one fits; an abstention where the evidence does not hold them."""
    understanding, index, documents = context.understanding, context.index, context.found.documents
    idf, select = index.lexical.idf, context.select
    over = {f"fiche-{match.id}" for match in context.matches if match.verdict == "closed" and context.own_regions}
    read = [
        unit
        for unit in select.read(context.found.hits, documents, understanding, idf)
        if not of_another_region(unit, context.own_regions, context.own_places) and unit.passage.doc not in over
    ]
    own = {unit.passage.passage_id for unit in read}
    hits = [hit for hit in context.found.hits if hit.passage.passage_id in own or not context.own_regions]
    units = select.measure(read, context.found, context.embed)
    if not units:
        return None
    several = len(understanding.parts) > 1
    compares = understanding.intent == "comparison" and (several or len(understanding.schemes) > 1)
    many = compares or len(understanding.parts) > 2
    fact_words = FACT_WORDS if understanding.language == "fr" else FRAMED_WORDS
    words, most = (MANY_WORDS, MANY_UNITS) if many else (fact_words, FACT_UNITS + several)
    sides = any(part.side for part in understanding.parts) and understanding.language == "fr"
    kept = select.choose(
        units, understanding, idf, max_words=words, max_units=most, side_words=MANY_WORDS if sides else words
    )
    frequency = _frequency_in(context.found.hits) if context.given else index.lexical.frequency
    measures = support(
        understanding,
        kept,
        idf,
        frequency,
        own_places=context.own_places,
        elsewhere=context.elsewhere,
        regions=context.about_regions,
        region_of_doc={doc: info.region for doc, info in documents.items()},
    )
    decision = decide(understanding, measures)
    if not context.given:
        decision = select.judge(decision, understanding, kept, idf, index.encoder_fingerprint)
    premise = None if context.given else select.contradict(understanding, kept, idf)
    denial = None if decision.answer or context.given or premise else denied(understanding, kept)
    if denial is not None:
        return _corrected(context, denial, [denial.unit], decision)
    if premise is not None:
        return _corrected(context, premise, kept, decision)
    if not decision.answer:
        return abstained(context, decision.reason, kept, decision)
    parts = [] if context.given else shared_out(index, units, understanding)
    if parts:
        return Ending("answered", None, quoted(parts, documents, ()), named_matches(context), (), (), decision)
    # A value, or the fact of a fiche, answers better than a list in which it stands.
    told = kept[0].attribute or (kept[0].expected and understanding.expected in FORMED and not announces(kept[0].text))
    if not told and (understanding.intent == "list" or announces(kept[0].text)):
        listed = select.whole_list(
            None if context.given else index,
            hits,
            units,
            kept,
            _spoken_of(understanding),
            documents,
            idf,
            at_least=FULL_FIT if understanding.in_full else LIST_FIT,
            max_words=LIST_WORDS if understanding.intent == "list" else ANNOUNCED_WORDS,
        )
        if listed is not None:
            return Ending("answered", None, listed, named_matches(context), (), (), decision)
    composed = quoted(kept, documents, understanding.terms)
    missing = unsaid_parts(understanding, kept) if several and not context.given else []
    if missing:
        said = " ; ".join(f"« {part.asked} »" for part in missing)
        text = f"{composed.text}\n{context.wording.say('partial', parts=said)}"
        partly = replace(composed, text=text)
        return Ending("partial", "not_in_documents", partly, named_matches(context), (), (), decision)
    # Drafts of several things were slow and never kept; those of lists lost items (docs/measurements.md).
    written_from = () if several or many or understanding.intent == "list" else tuple(kept)
    return Ending("answered", None, composed, named_matches(context), (), written_from, decision)


def _spoken_of(understanding: Understanding) -> Understanding:
    """An order to tell more, with the words of the answer that it follows: they say which list is meant."""
    if not understanding.in_full:
        return understanding
    return replace(understanding, terms=content_tokens(f"{understanding.text} {understanding.recalled}"))


def _corrected(context: Context, premise: Contradicted, kept: Sequence[Unit], decision: Decision) -> Ending:
    """What the documents say instead of what the question takes for granted, first and said to be so; then the rest."""
    units = [premise.unit, *(unit for unit in kept if unit is not premise.unit)]
    lead = context.wording.say("premise")  # the value asserted is not written again: it stands in no source
    composed = quoted(units, context.found.documents, context.understanding.terms, lead=lead)
    silent = attribute_unsaid(context)
    if decision.answer or "attribute" not in decision.failed:
        return Ending("answered", None, composed, named_matches(context), (), (), decision)
    partly = replace(composed, text=f"{composed.text}\n{silent}")
    return Ending("partial", "not_in_documents", partly, named_matches(context), (), (), decision)


def _frequency_in(hits: Sequence[Hit]) -> Callable[[str], int]:
    held = Counter(token for hit in hits for token in set(content_tokens(hit.passage.text)))
    return lambda token: held[token]
