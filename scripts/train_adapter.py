"""Fits the query adapter (assistant/adapter.py) on questions of ours and the sentences and passages that answer them.

    guichet ingest CORPUS, then: python scripts/train_adapter.py [--write] [--folds FOLDER] [--general FOLDER]

Where a question is answered is told by places in the folded text of the document ("at"): no sentence of others is kept
here. The loss is InfoNCE (van den Oord et al. 2018, arXiv 1807.03748): the share of the softmax of cosines that falls on what
answers, among the sentences looked at for a question and among all passages of the index, and a price on how far a
question is moved. Each file of scripts/desk_questions is measured by weights fitted on the others; with --folds those
weights are kept, for what is fitted after it (scripts/train_desk_judge.py). --general names a folder with
questions.jsonl and documents.jsonl of another domain: the first half of its questions is fitted on too, so that other
domains lose nothing, and the second is measured.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from train_desk_judge import ANSWERED, folded, stands

from assistant import adapter as shipped
from assistant.adapter import Adapter
from assistant.answers import Question
from assistant.assistant import Assistant
from assistant.composer import compose
from assistant.evaluation.without_in_evidence import selecting
from assistant.evidence import Asked, Embed, Unit, with_heading
from assistant.evidence import measured as measured_units
from assistant.steps import STEPS
from index.encoder import SentenceEncoder
from ui.service import assistant_at, open_encoder
from ui.settings import read_settings

HERE = Path(__file__).resolve().parent
RANK, TEMPERATURE, ROUNDS, RATE, SEED = 64, 0.01, 120, 3e-3, 0  # of seven settings, the best on files left out
MOVED = 3.0  # price of the squared distance a question is moved
GENERAL = 2.0  # weight of the other domain
Matrix = NDArray[np.float32]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """A question (dim,) with the sentences looked at (n, dim), which answer it, and the passages that do (m,)."""

    question: Matrix
    sentences: Matrix
    answering: Marks
    passages: Marks
    facts: Marks  # (m, key facts): which stand in which passage


@dataclass(frozen=True, slots=True)
class General:
    """Questions and documents of another domain, and the row of the document that answers each."""

    questions: Matrix
    documents: Matrix
    answers: NDArray[np.int64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--general", type=Path, help="folder of questions.jsonl and documents.jsonl of another domain")
    parser.add_argument("--folds", type=Path, help="folder for the weights fitted without each file")
    parser.add_argument("--write", action="store_true", help="write assistant/adapter.safetensors and adapter.json")
    arguments = parser.parse_args()
    files = sorted((HERE / "desk_questions").glob("*.jsonl"))
    none = np.zeros((0, 0), np.float32)
    shipped.load_adapter = lambda: Adapter("no encoder", none, none)  # type: ignore[assignment]
    with assistant_at(read_settings(), llm=False) as assistant:
        model = open_encoder(read_settings())
        encoder = assistant.index.encoder_fingerprint.rsplit("-", 1)[0]
        passages = assistant.index.vectors.rows()
        sets = [examples(path, assistant, model) for path in files]
        general = other_domain(arguments.general, model) if arguments.general else None
    figures = {}
    for i, path in enumerate(files):
        adapter = fitted([s for j, s in enumerate(sets) if j != i], passages, general, encoder)
        figures[path.stem] = measured(adapter, sets[i], passages)
        print(json.dumps({"measured": path.name, **figures[path.stem]}), flush=True)  # noqa: T201 — the figures asked for
        if arguments.folds:
            written(adapter, arguments.folds / f"{path.stem}.safetensors")
    adapter = fitted(sets, passages, general, encoder)
    if general is not None:
        figures["another domain"] = measured_general(adapter, general)
        print(json.dumps(figures["another domain"]))  # noqa: T201 — the figures asked for
    if arguments.write:
        written(adapter, HERE.parent / "assistant" / shipped.WEIGHTS)
        about = json.dumps({"encoder": encoder, "held_out": figures}, indent=1)
        (HERE.parent / "assistant" / shipped.ABOUT).write_text(about + "\n", encoding="utf-8")


def examples(path: Path, assistant: Assistant, model: SentenceEncoder) -> list[Example]:
    """The answerable questions of a file, as the desk sees them without an adapter."""
    seen: dict[str, Any] = {}

    def watched(units: Sequence[Unit], asked: Asked, embed: Embed) -> list[Unit]:
        found = measured_units(units, asked, embed)
        seen.update(units=found, sentences=embed([with_heading(unit) for unit in found]))
        return found

    whole = {doc: folded(assistant.index.text_of(doc)) for doc in assistant.index.documents}
    texts = [folded(passage.text) for passage in assistant.index.passages.at(range(len(assistant.index.vectors)))]
    composing = selecting(compose, lambda select: replace(select, measure=watched))
    desk = assistant.taking(replace(STEPS, compose=composing))
    made = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["kind"] not in ANSWERED:
            continue
        seen.clear()
        desk.answer(Question(text=record["question"], id=record["id"]))
        question = model.encode_queries([record["question"]])[0]
        made.append(_example(record, question, seen, texts, whole))
    return made


def _example(
    record: dict[str, Any], question: Matrix, seen: dict[str, Any], texts: Sequence[str], whole: dict[str, str]
) -> Example:
    quotes = [whole[e["doc"]][slice(*e["at"])] for e in record["evidence"] if e["doc"] in whole]
    facts = record["key_facts"]
    holding = np.array([any(quote in text for quote in quotes) for text in texts], bool)
    stand = np.array([[stands(fact, text) for fact in facts] for text in texts], bool).reshape(len(texts), len(facts))
    units: list[Unit] = seen.get("units", [])
    said = [folded(unit.text) for unit in units]
    held = np.array([sum(stands(fact, text) for fact in facts) for text in said], int)
    quoted = np.array([any(text in quote or quote in text for quote in quotes) for text in said], bool) & (held > 0)
    answering = quoted if quoted.any() else (held == held.max(initial=0)) & (held > 0)
    sentences = seen.get("sentences", np.zeros((0, len(question)), np.float32))
    return Example(question, sentences, answering, holding, stand)


def other_domain(folder: Path, model: SentenceEncoder) -> General:
    def read(name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]

    questions, documents = read("questions.jsonl"), read("documents.jsonl")
    row = {document["doc"]: i for i, document in enumerate(documents)}
    return General(
        model.encode_queries([q["question"] for q in questions]),
        model.encode_passages([d["text"] for d in documents]),
        np.array([row[q["gold_doc"]] for q in questions]),
    )


def fitted(sets: Sequence[Sequence[Example]], passages: Matrix, general: General | None, encoder: str) -> Adapter:
    torch.manual_seed(SEED)
    every = [example for examples_of in sets for example in examples_of]
    near = [e for e in every if e.answering.any() and not e.answering.all()]
    far = [e for e in every if e.passages.any()]
    longest = max(len(e.sentences) for e in near)
    dim = passages.shape[1]
    sentences = torch.zeros(len(near), longest, dim)
    answering, there = torch.zeros(2, len(near), longest, dtype=torch.bool)
    for i, e in enumerate(near):
        sentences[i, : len(e.sentences)] = torch.tensor(e.sentences)
        answering[i, : len(e.answering)] = torch.tensor(e.answering)
        there[i, : len(e.sentences)] = True
    asked_near, asked_far = (torch.tensor(np.stack([e.question for e in of])) for of in (near, far))
    holding = torch.tensor(np.stack([e.passages for e in far]))
    every_passage = torch.tensor(passages)
    down = torch.nn.Parameter(torch.randn(dim, RANK) * 0.05)
    up = torch.nn.Parameter(torch.zeros(RANK, dim))
    optimiser = torch.optim.Adam([down, up], lr=RATE)

    def bent(questions: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(questions + (questions @ down) @ up, dim=1)

    def moved(questions: torch.Tensor) -> torch.Tensor:
        return MOVED * ((bent(questions) - questions) ** 2).sum(1).mean()

    for _ in range(ROUNDS):
        cosines = torch.einsum("nd,nkd->nk", bent(asked_near), sentences).masked_fill(~there, -1e9)
        loss = info_nce(cosines, answering) + moved(asked_near)
        loss = loss + info_nce(bent(asked_far) @ every_passage.T, holding) + moved(asked_far)
        if general is not None:
            half = len(general.questions) // 2
            cosines = bent(torch.tensor(general.questions[:half])) @ torch.tensor(general.documents).T
            answers = torch.tensor(general.answers[:half])
            loss = loss + GENERAL * torch.nn.functional.cross_entropy(cosines / TEMPERATURE, answers)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return Adapter(encoder, down.detach().numpy(), up.detach().numpy())


def info_nce(cosines: torch.Tensor, answering: torch.Tensor) -> torch.Tensor:
    """Mean of −log of the share of the softmax that falls on what answers; both (n, k)."""
    logits = cosines / TEMPERATURE
    share = torch.logsumexp(logits.masked_fill(~answering, -1e9), 1) - torch.logsumexp(logits, 1)
    return -share.mean()


def measured(adapter: Adapter, examples_of: Sequence[Example], passages: Matrix) -> dict[str, float]:
    """By meaning alone, before and after: key facts in the first five passages, in the first three sentences."""
    figures: dict[str, float] = {}
    for name, move in (("before", lambda vectors: vectors), ("after", adapter)):
        five, three = [], []
        for e in examples_of:
            question = move(e.question[None])[0]
            first = np.argsort(-(passages @ question), kind="stable")[:5]
            five.append(float(e.facts[first].any(axis=0).mean()) if e.facts.size else 0.0)
            if e.answering.any():
                best = np.argsort(-(e.sentences @ question), kind="stable")[:3]
                three.append(float(e.answering[best].any()))
        figures |= {
            f"passages_{name}": round(float(np.mean(five)), 3),
            f"sentences_{name}": round(float(np.mean(three)), 3),
        }
    return figures


def measured_general(adapter: Adapter, general: General) -> dict[str, float]:
    """recall@1 and recall@5 of the questions not fitted on, before and after."""
    half = len(general.questions) // 2
    figures: dict[str, float] = {}
    for name, questions in (("before", general.questions[half:]), ("after", adapter(general.questions[half:]))):
        order = np.argsort(-(questions @ general.documents.T), axis=1, kind="stable")
        hits = order[:, :5] == general.answers[half:, None]
        figures |= {
            f"recall_1_{name}": round(float(hits[:, 0].mean()), 3),
            f"recall_5_{name}": round(float(hits.any(1).mean()), 3),
        }
    return figures


def written(adapter: Adapter, path: Path) -> None:
    """float16: 49 kB, and cosines as in float32 to the third decimal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({"down": adapter.down.astype(np.float16), "up": adapter.up.astype(np.float16)}, path)


if __name__ == "__main__":
    main()
