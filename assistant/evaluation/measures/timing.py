"""Times of an answer in ms: retrieval, first content that a person could read, total; median and 95th percentile."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure, percentile


def timing(key: str, name: str, share: float) -> Measure:
    def of(case: Case) -> float | None:
        value = case.reply.timings_ms.get(key) if case.reply else None
        return value or None

    source = "Dean, Barroso, The Tail at Scale, CACM 56(2), 2013, doi 10.1145/2408776.2408794"
    title = f"{name}_ms_p{round(share * 100)}"
    return Measure(title, "time", of, source, better="down", combine=percentile(share), unit="ms")
