"""What each stage is worth: the same assistant with one stage left out, asked the same questions.

A stage is a change of the `Steps` an Assistant is given; nothing that answers knows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answers import Question
from assistant.asking import Asking
from assistant.evaluation import without_in_evidence as evidence
from assistant.evaluation import without_in_search as searching
from assistant.parts import Part
from assistant.steps import Compose, Find, Steps, Understand
from assistant.understanding import Understanding
from ingest.schemes import Scheme

REBUILT = 20_000  # passages of an index whose passages may be cut or embedded again for a stage: 15 minutes


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that can be left out. `drafts`: it is only seen when a generator writes; `rebuilds`: the passages of the
    index are cut or embedded again, in memory, for a small one (REBUILT)."""

    name: str
    without: Callable[[Steps], Steps]
    drafts: bool = False
    rebuilds: bool = False


def without_parts(understand: Understand) -> Understand:
    """A question of several parts taken as one."""

    def understood(question: Question, schemes: Sequence[Scheme]) -> Understanding:
        whole = understand(question, schemes)
        return replace(whole, parts=(Part(whole.text, whole.expected, whole.fields, asked=whole.text),))

    return understood


def _finding(name: str, change: Callable[[Find], Find], *, rebuilds: bool = False) -> Stage:
    return Stage(name, lambda steps: replace(steps, find=change(steps.find)), rebuilds=rebuilds)


def _composing(name: str, change: Callable[[Compose], Compose]) -> Stage:
    return Stage(name, lambda steps: replace(steps, compose=change(steps.compose)))


STAGES: tuple[Stage, ...] = (
    Stage("routing", lambda steps: replace(steps, asking=lambda vector, encoder: Asking())),
    Stage("personas", lambda steps: replace(steps, bare=lambda text, _: text)),
    Stage("parts", lambda steps: replace(steps, understand=without_parts(steps.understand))),
    _finding("words", searching.without_words),
    _finding("meaning", searching.without_meaning),
    _finding("adapter", lambda _: searching.WITHOUT_ADAPTER),
    _finding("french", searching.without_french, rebuilds=True),
    _finding("context", searching.without_context, rebuilds=True),
    _finding("fusion", lambda _: searching.FUSED_BY_THE_BOOK),
    _finding("names", lambda _: searching.WITHOUT_NAMES),
    _finding("scheme", lambda _: searching.WITHOUT_SCHEME),
    _finding("region", lambda _: searching.WITHOUT_REGION),
    _finding("nature", lambda _: searching.WITHOUT_NATURE),
    _finding("source", lambda _: searching.WITHOUT_SOURCE),
    _finding("digests", lambda _: searching.WITHOUT_DIGESTS),
    _finding("recalled", searching.without_recalled),
    _composing("matching", evidence.without_matching),
    _composing("headings", evidence.without_headings),
    _composing("windows", evidence.without_windows),
    _composing("lists", evidence.without_lists),
    _composing("judge", evidence.without_judge),
    _composing("premises", evidence.without_premises),
    _composing("abstention", evidence.without_abstention),
    Stage(
        "verification",
        lambda steps: replace(
            steps, draft=evidence.without_verification(steps.draft), prove=lambda composed, _: composed
        ),
        drafts=True,
    ),
)
STAGE_NAMES = tuple(stage.name for stage in STAGES)
