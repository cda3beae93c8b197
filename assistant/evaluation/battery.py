"""Every measure, in the order of the report: from what was understood to what it cost."""

from __future__ import annotations

from assistant.evaluation.measure import Measure
from assistant.evaluation.measures.abstention import ABSTENTION_RECALL, FALSE_ABSTENTION
from assistant.evaluation.measures.answer_overlap import ANSWER_F1, ANSWER_RECALL
from assistant.evaluation.measures.citation_precision import CITATION_PRECISION
from assistant.evaluation.measures.citation_recall import CITATION_RECALL
from assistant.evaluation.measures.cost import CPU_SECONDS, ENERGY, PEAK_MEMORY, tokens
from assistant.evaluation.measures.crag import TRUTHFULNESS
from assistant.evaluation.measures.evidence_cited import EVIDENCE_CITED
from assistant.evaluation.measures.evidence_found import evidence_found
from assistant.evaluation.measures.fact_ndcg import fact_ndcg
from assistant.evaluation.measures.fact_recall import fact_recall
from assistant.evaluation.measures.fact_reciprocal_rank import fact_reciprocal_rank
from assistant.evaluation.measures.forbidden import FORBIDDEN
from assistant.evaluation.measures.grounded_refusal import GROUNDED_REFUSAL
from assistant.evaluation.measures.intent import INTENT
from assistant.evaluation.measures.key_facts import KEY_FACTS
from assistant.evaluation.measures.key_facts_cited import KEY_FACTS_CITED
from assistant.evaluation.measures.length import TOO_LONG, WORDS
from assistant.evaluation.measures.ndcg import ndcg
from assistant.evaluation.measures.profile import PARTS, profile_part
from assistant.evaluation.measures.recall import recall
from assistant.evaluation.measures.reciprocal_rank import reciprocal_rank
from assistant.evaluation.measures.right import RIGHT, RIGHT_ANSWERABLE
from assistant.evaluation.measures.right_and_cited import RIGHT_AND_CITED
from assistant.evaluation.measures.risk_coverage import AURC
from assistant.evaluation.measures.schemes import SCHEME_RECALL, SCHEME_WRONG, VERDICT_ACCURACY
from assistant.evaluation.measures.timing import timing
from assistant.evaluation.measures.uncited_sentences import UNCITED_SENTENCES
from assistant.evaluation.measures.unsupported_figures import UNSUPPORTED_FIGURES
from assistant.evaluation.measures.wrong_unit import WRONG_UNIT

MEASURES: tuple[Measure, ...] = (
    INTENT,
    *(profile_part(part) for part in PARTS),
    *(recall(k) for k in (1, 5, 10)),
    ndcg(10),
    reciprocal_rank(10),
    fact_recall(5, gate=True),
    fact_recall(10),
    fact_ndcg(10),
    fact_reciprocal_rank(10),
    evidence_found(10),
    EVIDENCE_CITED,
    KEY_FACTS_CITED,
    RIGHT,
    RIGHT_ANSWERABLE,
    RIGHT_AND_CITED,
    KEY_FACTS,
    FORBIDDEN,
    TOO_LONG,
    WORDS,
    ANSWER_RECALL,
    ANSWER_F1,
    CITATION_RECALL,
    CITATION_PRECISION,
    UNCITED_SENTENCES,
    UNSUPPORTED_FIGURES,
    WRONG_UNIT,
    ABSTENTION_RECALL,
    FALSE_ABSTENTION,
    GROUNDED_REFUSAL,
    TRUTHFULNESS,
    AURC,
    SCHEME_RECALL,
    SCHEME_WRONG,
    VERDICT_ACCURACY,
    *(
        timing(key, name, share)
        for key, name in (("retrieval", "retrieval"), ("first_token", "first_content"), ("total", "total"))
        for share in (0.5, 0.95)
    ),
    tokens("prompt", "prompt_tokens"),
    tokens("completion", "completion_tokens"),
    CPU_SECONDS,
    PEAK_MEMORY,
    ENERGY,
)
BY_NAME = {measure.name: measure for measure in MEASURES}
