"""Questions proposed from a document, for a person to accept, edit or refuse: as rows of a table, and back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assistant.drafting import Generator
from assistant.evaluation.asking import asked_by_model, asked_by_rule, asked_with_a_gap
from assistant.figures import Figure, bare_numbers, dates, figures
from assistant.folding import fold
from assistant.generator import GeneratorError
from assistant.quoting import cleaned, folded_space
from ingest.documents import Passage
from ingest.sentences import sentences

COLUMNS = ("decision", "id", "question", "answer", "key_facts", "kind", "doc", "page", "section", "evidence",
           "passage_id", "digest")  # fmt: skip
ACCEPTED, EDITED, REFUSED = "accepter", "modifier", "refuser"
_DECISIONS: Mapping[str, str] = {
    **dict.fromkeys(("accepter", "accepte", "acceptee", "oui", "ok", "x", "accept", "accepted", "yes"), ACCEPTED),
    **dict.fromkeys(("modifier", "modifie", "modifiee", "corriger", "corrigee", "edit", "edited"), EDITED),
    **dict.fromkeys(("refuser", "refuse", "refusee", "non", "refused", "reject", "no"), REFUSED),
}
WORDS = (8, 60)  # of a sentence that says one thing a question can ask
MOST_A_PASSAGE = 2
ALTERNATIVES, FACTS = "|", ";"  # in a cell: "2028 | vingt-huit ; 3 000"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed question. `evidence` is verbatim, `digest` that of the passage it stands in."""

    id: str
    question: str
    answer: str
    key_facts: tuple[tuple[str, ...], ...]
    doc: str
    page: int | None
    section: str
    evidence: str
    passage_id: str
    digest: str


def propose(
    passages: Sequence[Passage],
    title: str,
    *,
    most: int,
    model: Generator | None = None,
    progress: Callable[[int, int], None] | None = None,
    failed: Callable[[GeneratorError], None] | None = None,
) -> list[Proposal]:
    """Up to `most` questions on the figures and dates of a document, spread over it. The model, where there is one,
    words them; what it writes is kept only when it asks about the sentence and does not give the answer away. When it
    fails, `failed` is told, and the questions that are left are worded by rule."""
    candidates = list(_candidates(passages))
    chosen = _spread(candidates, most)
    found: list[Proposal] = []
    for n, (passage, sentence, figure) in enumerate(chosen):
        if progress is not None:
            progress(n, len(chosen))
        question = None
        if model is not None:
            try:
                question = asked_by_model(model, sentence, figure, title)
            except GeneratorError as failure:
                model = None
                if failed is not None:
                    failed(failure)
        silent = not bare_numbers(f"– {title}") & bare_numbers(f"– {figure.text}")  # a title may give the answer away
        name = title if silent else passage.doc.replace("-", " ")
        question = question or asked_by_rule(sentence, figure, name)
        if any(question == other.question for other in found):
            question = asked_with_a_gap(sentence, figure, name)
        found.append(
            Proposal(
                id=f"{passage.doc}-{digest(sentence)[:8]}",
                question=question,
                answer=cleaned(sentence),
                key_facts=((folded_space(figure.text),),),
                doc=passage.doc,
                page=passage.page,
                section=" > ".join(passage.heading),
                evidence=sentence,
                passage_id=passage.passage_id,
                digest=digest(passage.text),
            )
        )
    if progress is not None:
        progress(len(chosen), len(chosen))
    return found


def digest(text: str) -> str:
    """64 bits in hexadecimal of a text, white space folded: what tells that a passage has changed."""
    return hashlib.sha256(folded_space(text).encode()).hexdigest()[:16]


def to_row(proposal: Proposal) -> dict[str, str]:
    """A proposal as cells of COLUMNS, undecided."""
    facts = f" {FACTS} ".join(f" {ALTERNATIVES} ".join(fact) for fact in proposal.key_facts)
    return {
        "decision": "",
        "id": proposal.id,
        "question": proposal.question,
        "answer": proposal.answer,
        "key_facts": facts,
        "kind": "fact",
        "doc": proposal.doc,
        "page": "" if proposal.page is None else str(proposal.page),
        "section": proposal.section,
        "evidence": proposal.evidence,
        "passage_id": proposal.passage_id,
        "digest": proposal.digest,
    }


def from_row(cells: Mapping[str, str]) -> dict[str, Any]:
    """The question record that cells make: proposals, or any table with columns of the question format."""
    record: dict[str, Any] = {name: cells[name] for name in ("id", "question", "answer", "kind") if cells.get(name)}
    profile = {name: cells[name] for name in ("region", "size", "sector", "need") if cells.get(name)}
    if profile:
        record["profile"] = profile
    for name in ("forbidden", "schemes", "schemes_wrong"):
        if cells.get(name):
            record[name] = _parts(cells[name], FACTS)
    if cells.get("key_facts"):
        record["key_facts"] = [_parts(fact, ALTERNATIVES) for fact in _parts(cells["key_facts"], FACTS)]
    doc = cells.get("doc") or cells.get("gold_doc")
    if doc:
        record["gold_doc"] = doc
    if doc and cells.get("evidence"):
        record["evidence"] = [{"doc": doc, "quote": cells["evidence"], "digest": cells.get("digest") or None}]
    return record


def decision_of(cell: str) -> str | None:
    """ACCEPTED, EDITED or REFUSED; None when nothing was decided."""
    return _DECISIONS.get(fold(cell).strip(" .!"))


def _parts(cell: str, mark: str) -> list[str]:
    return [part for piece in cell.split(mark) if (part := piece.strip().lstrip("'"))]


def _candidates(passages: Sequence[Passage]) -> Iterator[tuple[Passage, str, Figure]]:
    """Sentences of running text that hold one thing to ask for: an amount, a share, a duration, a count, a date."""
    for passage in passages:
        if passage.kind not in ("paragraph", "list"):
            continue
        taken = 0
        for start, end in sentences(passage.text[passage.body :]):
            sentence = folded_space(passage.text[passage.body + start : passage.body + end])
            figure = _askable(sentence)
            if figure is not None and taken < MOST_A_PASSAGE:
                taken += 1
                yield passage, sentence, figure


def _askable(sentence: str) -> Figure | None:
    """The figure a question may ask for; None when there is none, or more than two to choose from."""
    if not WORDS[0] <= len(sentence.split()) <= WORDS[1] or not re.search(r"[a-zà-ÿ]{3,}\s+[a-zà-ÿ]{2,}", sentence):
        return None
    found = [f for f in figures(sentence) if f.unit is not None and not f.unit.startswith(("ordinal", "ref:"))]
    for when in dates(sentence):
        if when.year is not None:
            found.append(Figure(Decimal(when.year), "date", when.bound, when.start, when.end, when.text))
    return found[0] if 1 <= len(found) <= 2 else None


def _spread(candidates: Sequence[tuple[Passage, str, Figure]], most: int) -> list[tuple[Passage, str, Figure]]:
    """`most` of them at even distances, in order."""
    if len(candidates) <= most:
        return list(candidates)
    return [candidates[i * len(candidates) // most] for i in range(most)]
