"""How evidence is selected, as values: sentences read, measured, chosen, judged, a list whole, a premise contradicted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.answerability import judged
from assistant.choosing import chosen
from assistant.evidence import Unit, measured, read_units
from assistant.lists import whole_list
from assistant.premises import Contradicted, contradicted
from assistant.quoting import Composed
from assistant.sufficiency import Decision


@dataclass(frozen=True, slots=True)
class Selection:
    """What composing calls, in order; an evaluation replaces one to see what it is worth."""

    read: Callable[..., list[Unit]] = read_units
    measure: Callable[..., list[Unit]] = measured
    choose: Callable[..., list[Unit]] = chosen
    judge: Callable[..., Decision] = judged
    whole_list: Callable[..., Composed | None] = whole_list
    contradict: Callable[..., Contradicted | None] = contradicted


SELECTION = Selection()
