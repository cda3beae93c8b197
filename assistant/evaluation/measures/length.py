"""Words of an answer, marks not counted, and whether they are more than an answer of its kind takes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure, percentile

MAX_WORDS: Mapping[str, int] = {  # a dump of passages is no answer
    "fact": 90,
    "false_premise": 110,
    "scheme_match": 170,
    "multi": 170,
    "list": 230,
}


def words(case: Case) -> int | None:
    if case.reply is None or case.gold.answerable is not True:
        return None
    return len(re.sub(r"\[\d+\]", " ", case.reply.answer).split())


def exceeds(case: Case) -> bool:
    count, limit = words(case), MAX_WORDS.get(case.gold.kind or "")
    return count is not None and limit is not None and count > limit


def _too_long(case: Case) -> float | None:
    known = case.reply is not None and case.gold.answerable is True and case.gold.kind in MAX_WORDS
    return float(exceeds(case)) if known else None


SOURCE = "Voorhees, TREC-8 Question Answering Track Report, 1999 (answers within a length)"
TOO_LONG = Measure("too_long", "answer", _too_long, SOURCE, better="down")
WORDS = Measure("words_p50", "answer", words, SOURCE, None, percentile(0.5), unit="words")
