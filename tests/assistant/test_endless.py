"""Questions made to keep the desk busy: one sign or one word over and over. None takes more than a moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_worlds import open_world
from endless import within
from outcomes import FORKS

from assistant.answers import GivenPassage, GivenProfile, Question, Turn
from assistant.assistant import Assistant

SECONDS = 10.0  # of processor; an answer of this world takes hundredths
LONGEST = 2000  # characters, of a question
SIGNS = tuple("9aé-.,;:'\"()[]{}<>|/\\#*!?%€«»_=+&@ \n\t")
WORDS = (
    "9 ", "9,", "9.", "9a", "a ", "A ", "A.", "a, ", "a-", "a'", "1 0", "10 000 ", "1.", "1/1/", "2024 ", "50 % ", "5 000 € ", "[1] ",
    "a@a.", "http://", "06 12 ", "75001 ", "le ", "de la ", "d'une ", "je ", "je suis ", "une ", "et ", "ou ", "pas ", "non based ", "sur ",
    "dans la ", "et combien ", "quelle aide ", "pour une PME ", "12 salariés ", "à Nice, ", "région Sud ", "vingt et un ", "mille ",
    "millions ", "janvier 2024 ", "Chèque Phare ", "plan ", "Il y a 3 aides. ", "compare ", "<b>", "| a ", "&amp;", "\u0301", "\u202e",
)  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    made = open_world(tmp_path_factory.mktemp("monde") / "index")
    yield made
    made.close()


def over(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def shapes(unit: str) -> Iterator[Question]:
    body = over(unit, LONGEST - 100)
    yield Question(body)
    yield Question(f"{body} b c d e f g h")
    yield Question(f"Quel est le montant du Chèque Phare ? {body}")
    yield Question(f"{body} Quelle aide pour une PME de 12 salariés à Nice ?")
    yield Question("Et pour moi ?", history=(Turn("user", body), Turn("assistant", "Oui."), Turn("user", f"{body}x")))
    yield Question("Quelle aide ?", profile=GivenProfile(*(over(unit, 100),) * 4))
    given = (GivenPassage("a", over(unit, 4000)), GivenPassage("b", f"Le Chèque Phare vaut 5 000 €. {body}"))
    yield Question("Quel est le montant du Chèque Phare ?", passages=given)


@FORKS
@pytest.mark.parametrize("unit", ["et ", "ou ", "9", "pour une PME ", "à Nice, ", "<a "])
def test_the_longest_history_of_one_thing(assistant: Assistant, unit: str) -> None:
    turns = tuple(Turn("user" if n % 2 == 0 else "assistant", f"{over(unit, 3990)} x y z") for n in range(12))
    with within(SECONDS):
        assert assistant.answer(Question("Et pour moi ?", history=turns)).status


def test_a_number_of_thousands_of_digits_is_no_count(assistant: Assistant) -> None:
    many = "9" * 6000  # Python reads no more than 4,300 of them
    said = f"Il y a {many} aides :\n- une aide au conseil\n- une aide au prêt\n- une aide au recrutement"
    answer = assistant.answer(Question("Quelles sont les aides ?", passages=(GivenPassage("a", said),)))
    assert answer.status in ("answered", "partial", "abstained")


@FORKS
@pytest.mark.parametrize("unit", [*SIGNS, *WORDS], ids=repr)
def test_one_thing_over_and_over(assistant: Assistant, unit: str) -> None:
    for question in shapes(unit or " "):
        with within(SECONDS):
            assert assistant.answer(question).status in ("answered", "partial", "clarify", "abstained", "refused")
