"""What each stage of the search brings: by meaning, by words, fused; the table that chooses the constants of the index.

usage: python benchmarks/retrieval.py --set service-public|plans --data FOLDER --model FOLDER [--work FOLDER]

service-public: FOLDER holds documents.jsonl {doc, text} and questions.jsonl {question, gold_doc}. Recall of the gold
document among the distinct documents of the first 20 passages, and reciprocal rank at 10 (Voorhees, TREC-8, 1999).
plans: FOLDER holds corpus/ and evaluation/dev.jsonl {question, key_facts}; the built-in catalogue is indexed too.
Share of the facts (one of its spellings) that stand in the first k passages.
Both: time of a whole search, the encoding of the question included. `--work` keeps the index from one run to the next.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.build import update_index
from index.encoder import SentenceEncoder
from index.fusion import reciprocal_rank_fusion
from index.lexical import K1, B, LexicalIndex
from index.retriever import DEFAULT, DEPTH, search
from index.store import Index, open_index
from index.texts import body_of, context_of
from index.tokens import tokens
from ingest.catalogue import catalogue_documents
from ingest.documents import Document
from ingest.passages import cut
from ingest.readers import read

SHOWN = 20  # passages of an answer record
Ranking = list[int]
Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class World:
    """An open index, its questions, and how a ranking of rows for question i is scored."""

    index: Index
    questions: list[str]
    score: Callable[[int, Ranking], Scores]


def service_public(data: Path, work: Path) -> tuple[list[Document], list[dict[str, Any]]]:
    """Documents read as text files, as `guichet ingest` would, and the questions."""
    sources = work / "sources"
    sources.mkdir(exist_ok=True)
    documents = []
    for record in _lines(data / "documents.jsonl"):
        path = sources / f"{record['doc']}.txt"
        path.write_text(record["text"], encoding="utf-8")
        documents.append(read(path))
    return documents, _lines(data / "questions.jsonl")


def plans(data: Path, work: Path) -> tuple[list[Document], list[dict[str, Any]]]:
    """The documents of the corpus and of the built-in catalogue, and the questions that have an answer."""
    documents = [read(path) for path in sorted((data / "corpus").iterdir())] + list(catalogue_documents())
    silent = {"unanswerable", "off_topic", "injection"}
    return documents, [q for q in _lines(data / "evaluation" / "dev.jsonl") if q["kind"] not in silent]


def document_scores(index: Index, gold: Sequence[str]) -> Callable[[int, Ranking], Scores]:
    """Recall@1, @5, @10 and reciprocal rank at 10 of the gold document, ranks of distinct documents."""

    def score(question: int, rows: Ranking) -> Scores:
        docs = list(dict.fromkeys(index.passages[row].doc for row in rows[:SHOWN]))
        rank = docs.index(gold[question]) + 1 if gold[question] in docs else 0
        recalls = {f"recall@{k}": float(0 < rank <= k) for k in (1, 5, 10)}
        return recalls | {"mrr@10": 1 / rank if 0 < rank <= 10 else 0.0}

    return score


def fact_scores(index: Index, facts: Sequence[list[list[str]]]) -> Callable[[int, Ranking], Scores]:
    """Share of the facts of the question found in the first 1, 5 and 10 passages."""
    texts = [_folded(passage.text) for passage in index.passages]

    def score(question: int, rows: Ranking) -> Scores:
        wanted = facts[question]
        return {
            f"facts@{k}": sum(any(_stands(s, texts[r]) for r in rows[:k] for s in fact) for fact in wanted)
            / len(wanted)
            for k in (1, 5, 10)
        }

    return score


def ablation(world: World, encoder: SentenceEncoder) -> list[tuple[str, Scores]]:
    """One line a stage or a constant, the mean over the questions."""
    index, vectors = world.index, encoder.encode_queries(world.questions)
    asked = [tokens(question) for question in world.questions]
    dense = [[row for row, _ in index.vectors.search(vector, DEPTH)] for vector in vectors]
    lexical = _by_words(index.lexical, asked)
    lines = [("dense", dense), ("lexical", lexical)]
    fields = _fields(index)
    for k1, b, weight in (
        (1.5, 0.75, 1),
        (1.2, 0.75, 1),
        (0.9, 0.4, 1),
        (1.5, 0.5, 1),
        (K1, B, 0),
        (K1, B, 2),
        (K1, B, 3),
    ):
        tried = LexicalIndex([context * weight + body for context, body in fields], k1=k1, b=b)
        lines.append((f"lexical, k1={k1} b={b} headings x{weight}", _by_words(tried, asked)))
    for k in (2, 5, 10, 20, 60):
        for weights in ((1.0, 1.0), (1.25, 1.0), (2.0, 1.0), (1.0, 1.25)):
            mark = " (default)" if (k, *weights) == (DEFAULT.k, DEFAULT.dense, DEFAULT.lexical) else ""
            lines.append(
                (f"fused, k={k} dense {weights[0]} lexical {weights[1]}{mark}", _fused(dense, lexical, weights, k))
            )
    return [(name, _mean([world.score(i, rows) for i, rows in enumerate(rankings)])) for name, rankings in lines]


def timings(world: World, encoder: SentenceEncoder) -> tuple[float, float]:
    """Median and 95th percentile of a whole search, in milliseconds."""
    search(world.index, encoder, world.questions[0])
    spent = []
    for question in world.questions:
        start = time.perf_counter()
        search(world.index, encoder, question)
        spent.append((time.perf_counter() - start) * 1000)
    spent.sort()
    return spent[len(spent) // 2], spent[int(0.95 * len(spent))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=("service-public", "plans"), required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        encoder = SentenceEncoder(options.model, threads=options.threads)
        documents, records = (service_public if options.set == "service-public" else plans)(options.data, work)
        start = time.perf_counter()
        report = update_index(work / options.set, encoder, put=[(document, cut(document)) for document in documents])
        built = time.perf_counter() - start
        start = time.perf_counter()
        index = open_index(work / options.set, encoder_fingerprint=encoder.fingerprint)
        opened = (time.perf_counter() - start) * 1000
        questions = [record["question"] for record in records]
        if options.set == "service-public":
            score = document_scores(index, [record["gold_doc"] for record in records])
        else:
            score = fact_scores(index, [record["key_facts"] for record in records])
        world = World(index, questions, score)
        print(
            f"{report.documents} documents, {report.passages} passages, {report.encoded} encoded in {built:.1f} s, "
            f"opened in {opened:.0f} ms, {len(questions)} questions"
        )
        lines = ablation(world, encoder)
        print(f"| stage | {' | '.join(lines[0][1])} |\n|---|{'---|' * len(lines[0][1])}")
        for name, scores in lines:
            print(f"| {name} | {' | '.join(f'{value:.3f}' for value in scores.values())} |")
        median, high = timings(world, encoder)
        print(f"a search with its encoding: p50 {median:.1f} ms, p95 {high:.1f} ms")
    return 0


def _by_words(lexical: LexicalIndex, asked: Sequence[Sequence[str]]) -> list[Ranking]:
    return [[row for row, _ in lexical.search(query, DEPTH)] for query in asked]


def _fields(index: Index) -> list[tuple[list[str], list[str]]]:
    """For each searched row, the tokens of its title and headings, and those of its body."""
    documents = {doc: index.stored(doc).document for doc in index.documents}
    return [
        (tokens("\n".join(context_of(documents[passage.doc], passage))), tokens(body_of(passage)))
        for passage in index.passages.at(range(len(index.vectors)))
    ]


def _fused(
    dense: Sequence[Ranking], lexical: Sequence[Ranking], weights: tuple[float, float], k: float
) -> list[Ranking]:
    return [
        [row for row, _ in reciprocal_rank_fusion([near, worded], weights, k=k)]
        for near, worded in zip(dense, lexical, strict=True)
    ]


def _mean(scores: Sequence[Scores]) -> Scores:
    return {name: sum(score[name] for score in scores) / len(scores) for name in scores[0]}


def _stands(fact: str, text: str) -> bool:
    """The fact is in the text, its first and last digits not part of a longer number."""
    wanted = re.escape(_folded(fact))
    return re.search(rf"(?<!\d)(?<!\d[.,]){wanted}(?!\d)(?![.,]\d)", text) is not None


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("*", "")
    return re.sub(r"\s+", " ", re.sub(r"(?<=\d)[\s.](?=\d{3}\b)", "", folded))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    sys.exit(main())
