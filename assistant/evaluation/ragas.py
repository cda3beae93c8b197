"""Samples as Ragas writes them (EvaluationDataset.to_jsonl), read as questions with gold and as answers to measure.

Names of its second format: user_input, reference, response, retrieved_contexts; of its first: question, ground_truth,
answer, contexts. A sample has no identifier: its line is one. Its answer has no marks: each sentence is taken to cite
every context shown, which is the most that can be said for it, so that what it says beyond them is seen without a judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.sentences import sentences


def is_sample(record: object) -> bool:
    """Whether a line is a sample of Ragas, which has no identifier, and not a record of ours or of another program."""
    named = {"user_input", "ground_truth", "contexts", "retrieved_contexts"}
    return isinstance(record, Mapping) and "id" not in record and bool(named & set(record))


def question_of(sample: Mapping[str, Any]) -> dict[str, Any]:
    """The question of a sample with its reference as gold answer."""
    reference = sample.get("reference", sample.get("ground_truth"))
    return {
        "question": sample.get("user_input", sample.get("question")),
        **({"answer": reference} if reference else {}),
    }


def answer_of(sample: Mapping[str, Any], line: int) -> dict[str, Any]:
    """The answer of a sample as an answer record; nothing said is an abstention."""
    said = sample.get("response", sample.get("answer")) or ""
    contexts = sample.get("retrieved_contexts", sample.get("contexts")) or []
    numbers = list(range(1, len(contexts) + 1))
    return {
        "id": str(line),
        "question": sample.get("user_input", sample.get("question")),
        "answer": said,
        "sentences": [{"text": said[start:end].strip(), "citations": numbers} for start, end in sentences(said)],
        "citations": [{"n": n, "doc": f"passage-{n}", "quote": text} for n, text in enumerate(contexts, start=1)],
        "retrieved": [
            {"doc": f"passage-{n}", "passage_id": f"{line}#{n}", "text": text}
            for n, text in enumerate(contexts, start=1)
        ],
    }
